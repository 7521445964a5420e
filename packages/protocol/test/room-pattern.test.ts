import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRoomShaped, RoomPatterns, roomName } from "../src/index.js";
import { rankOf } from "../src/room-pattern.js";
import { agreed } from "./agreed-rooms.js";

const segment = fc.constantFrom("a", "b", ":x", ":y", "c:");
const patterns = fc.uniqueArray(
  fc
    .array(segment, { minLength: 1, maxLength: 4 })
    .filter((segments) => new Set(segments).size === segments.length)
    .map((segments) => segments.join("/")),
  { selector: (pattern) => rankOf(pattern.split("/")), maxLength: 8 },
);
const name = fc
  .array(fc.constantFrom("a", "b", "c:", "z", ":x", ""), { minLength: 1, maxLength: 4 })
  .map((s) => s.join("/"));

/** What matching means, word by word: of all patterns that fit, the one with a literal where two first differ. */
function reference(all: readonly string[], wanted: string): string | undefined {
  const names = wanted.split("/");
  if (wanted === "" || names.includes("")) return undefined;
  const fitting = all.filter((pattern) => {
    const segments = pattern.split("/");
    return segments.length === names.length && segments.every((s, i) => s.startsWith(":") || s === names[i]);
  });
  return fitting.find((one) =>
    fitting.every((other) => one === other || beats(one.split("/"), other.split("/"))),
  );
}

function beats(one: readonly string[], other: readonly string[]): boolean {
  const at = one.findIndex((segment, i) => segment.startsWith(":") !== other[i]?.startsWith(":"));
  return at >= 0 && !one[at]?.startsWith(":");
}

describe("RoomPatterns", () => {
  it("finds the pattern that a naive matcher finds, in whatever order they were given", () => {
    fc.assert(
      fc.property(patterns, name, (all, wanted) => {
        expect(new RoomPatterns(all).match(wanted)?.pattern).toBe(reference(all, wanted));
        expect(new RoomPatterns([...all].reverse()).match(wanted)?.pattern).toBe(reference(all, wanted));
      }),
      { numRuns: 1_000 },
    );
  });

  it("[7.5] takes a name apart into the parameters it was made of, whatever they hold", () => {
    const rooms = new RoomPatterns(["chat/:id/:other"]);
    const param = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(param, param, (id, other) => {
        if (!isRoomShaped(id) || !isRoomShaped(other)) return;
        const made = roomName("chat/:id/:other", { id, other });
        expect({ ...rooms.match(made)?.params }).toEqual({ id, other });
      }),
    );
  });

  it("[7.5] never gives two names the same parameters", () => {
    const rooms = new RoomPatterns([":id"]);
    const piece = fc.constantFrom("%", "2", "5", "F", "f", "%25", "%2F", "%2f", "a");
    const text = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, (wanted) => {
        const id = rooms.match(wanted)?.params.id;
        if (id !== undefined) expect(roomName(":id", { id })).toBe(wanted);
      }),
      { numRuns: 1_000 },
    );
  });

  it("leaves the protocol's names to the protocol, even where a pattern would take anything", () => {
    const rooms = new RoomPatterns([":any", ":any/:more"]);
    expect(rooms.match("$user")).toBeUndefined();
    expect(rooms.match("$user/a")).toBeUndefined();
    expect(rooms.match("user$")?.params.any).toBe("user$");
  });

  it("gives parameters no prototype, and takes any name for one", () => {
    const params = new RoomPatterns(["r/:__proto__/:constructor"]).match("r/a/b")?.params;
    expect(Object.entries(params ?? {})).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    expect(Object.getPrototypeOf(params)).toBeNull();
  });
});

describe("roomName", () => {
  const refused = { code: "UNKNOWN_ROOM" };

  it("refuses missing, empty and non-text parameters, and says which", () => {
    for (const params of [{}, { id: "" }, { id: 5 }, { id: null }]) {
      expect(() => roomName("chat/:id", params as Record<string, string>)).toThrow(
        /chat\/:id: expected a non-empty :id/,
      );
    }
    expect(() => roomName("chat/:constructor", {})).toThrow(expect.objectContaining(refused));
  });

  it("[2.9] refuses what would name no room", () => {
    for (const id of ["a\nb", "\u0000", "\ud800", "\u0085", "x".repeat(252)]) {
      expect(() => roomName("chat/:id", { id })).toThrow(expect.objectContaining(refused));
    }
    expect(() => roomName(":id", { id: "$user" })).toThrow(expect.objectContaining(refused));
    expect(roomName("chat/:id", { id: "$user" })).toBe("chat/$user");
  });
});

describe("the table that the types are held to as well", () => {
  it.each(agreed.rows)("'$name' belongs to $pattern", ({ name, pattern }) => {
    expect(new RoomPatterns(agreed.patterns).match(name)?.pattern).toBe(pattern);
  });
});
