import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { deserialize, type Envelope, RoomPatterns, roomName, serialize } from "../src/index.js";

interface Valid {
  readonly name: string;
  readonly from: "client" | "server" | "both";
  readonly envelope: Envelope;
  readonly frame: string;
}

interface Invalid {
  readonly name: string;
  readonly error: string;
  readonly frame: string;
  readonly maxBytes?: number;
}

interface Rooms {
  readonly patterns: readonly string[];
  readonly names: readonly { name: string; pattern: string | null; params?: Record<string, string> }[];
}

const load = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../vectors/${file}.json`, import.meta.url), "utf8"));

describe("[2.1] [2.3] the envelopes that every peer takes", () => {
  it.each(load("valid") as Valid[])("$name", ({ envelope, frame }) => {
    expect(deserialize(frame)).toEqual({ ok: true, value: envelope });
    const text = serialize(envelope);
    expect(text.ok && deserialize(text.value)).toEqual({ ok: true, value: envelope });
  });
});

describe("[2.3] [2.5] the messages that every peer refuses", () => {
  it.each(load("invalid") as Invalid[])("$error: $name", ({ error, frame, maxBytes }) => {
    expect(deserialize(frame, maxBytes)).toMatchObject({ ok: false, error: { code: error } });
  });
});

describe("[7.5] which pattern a room's name belongs to", () => {
  const { patterns, names } = load("rooms") as Rooms;
  const rooms = new RoomPatterns(patterns);

  it.each(names)("$name", ({ name, pattern, params }) => {
    const match = rooms.match(name);
    expect(match?.pattern ?? null).toBe(pattern);
    if (pattern === null || !params || !match) return;
    expect(Object.entries(match.params)).toEqual(Object.entries(params));
    expect(roomName(pattern, params)).toBe(name);
  });
});
