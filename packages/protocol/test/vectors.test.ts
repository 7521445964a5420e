import { readFileSync } from "node:fs";
import { encode as pack } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { deserialize, type Envelope, RoomPatterns, reviveBytes, roomName, serialize } from "../src/index.js";
import { msgpackCodec } from "../src/msgpack/index.js";

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

/** The bytes that a vector of MessagePack writes in hexadecimal. */
const bytesOf = (frame: string): Uint8Array => Buffer.from(frame, "hex");

describe("[2.15] the envelopes of MessagePack that every peer takes", () => {
  it.each(load("msgpack-valid") as Valid[])("$name", ({ envelope, frame }) => {
    const value = reviveBytes(envelope) as Envelope;
    expect(msgpackCodec.decode(bytesOf(frame))).toEqual({ ok: true, value });
    const encoded = msgpackCodec.encode(value);
    expect(encoded.ok && msgpackCodec.decode(encoded.value.payload)).toEqual({ ok: true, value });
  });

  it.each(load("valid") as Valid[])("$name, as JSON has it", ({ envelope }) => {
    const encoded = msgpackCodec.encode(envelope);
    expect(encoded.ok && msgpackCodec.decode(encoded.value.payload)).toEqual({ ok: true, value: envelope });
  });
});

describe("[2.15] the messages of MessagePack that every peer refuses", () => {
  it.each(load("msgpack-invalid") as Invalid[])("$error: $name", ({ error, frame, maxBytes }) => {
    expect(msgpackCodec.decode(bytesOf(frame), maxBytes)).toMatchObject({
      ok: false,
      error: { code: error },
    });
  });

  const structures = (load("invalid") as Invalid[]).filter(({ error }) => error === "BAD_ENVELOPE");
  it.each(structures)("$name, as JSON has it", ({ frame }) => {
    const packed = pack(JSON.parse(frame), { maxDepth: 1_000 });
    expect(msgpackCodec.decode(packed)).toMatchObject({ ok: false, error: { code: "BAD_ENVELOPE" } });
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
