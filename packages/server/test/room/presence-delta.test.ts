import type { PresenceMember } from "@tautline/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPresenceState, presenceDeltas, presencePages } from "../../src/room/presence-delta.js";

const entry = (member: string, state?: unknown): PresenceMember => ({ user: "u", member, state });
const view = (...entries: PresenceMember[]) => new Map(entries.map((one) => [one.member, one]));

describe("presenceDeltas", () => {
  it("tells who joined, who left and whose state changed in one envelope", () => {
    const pending = new Map([
      ["new", entry("new", 1)],
      ["gone", undefined],
      ["other", entry("other", { name: "b" })],
    ]);
    expect(presenceDeltas(view(entry("gone"), entry("other", { name: "a" })), pending)).toEqual([
      { joined: [entry("new", 1)], left: ["gone"], updated: [entry("other", { name: "b" })] },
    ]);
  });

  it("tells nothing of who came and left in between, or of a state that is the same", () => {
    const pending = new Map([
      ["brief", undefined],
      ["same", entry("same", { name: "a" })],
    ]);
    expect(presenceDeltas(view(entry("same", { name: "a" })), pending)).toEqual([]);
  });

  it("leads from any view to any other, in envelopes of at most 100 members and 32 KiB", () => {
    const members = fc.uniqueArray(
      fc.record(
        {
          member: fc.nat({ max: 400 }).map((n) => `m${n}`),
          user: fc.string({ maxLength: 20 }),
          state: fc.option(fc.string({ maxLength: 900 }), { nil: undefined }),
        },
        { noNullPrototype: true },
      ),
      { selector: ({ member }) => member, maxLength: 250, size: "max" },
    );
    fc.assert(
      fc.property(members, members, (before, after) => {
        const told = view(...before);
        const pending = new Map<string, PresenceMember | undefined>(
          before.map(({ member }) => [member, undefined]),
        );
        for (const one of after) pending.set(one.member, one);
        for (const delta of presenceDeltas(view(...before), pending)) {
          expect(new TextEncoder().encode(JSON.stringify(delta)).length).toBeLessThanOrEqual(32_768 + 64);
          const { joined = [], left = [], updated = [] } = delta;
          expect(joined.length + left.length + updated.length).toBeLessThanOrEqual(100);
          for (const one of joined) {
            expect(told.has(one.member)).toBe(false);
            told.set(one.member, one);
          }
          for (const one of updated) told.set(one.member, one);
          for (const member of left) expect(told.delete(member)).toBe(true);
        }
        expect(new Map([...told].sort())).toEqual(new Map([...view(...after)].sort()));
      }),
      { numRuns: 40 },
    );
  });
});

describe("presencePages", () => {
  it("[10.2] holds at most 100 members a page, and fewer where they are large", () => {
    const small = Array.from({ length: 250 }, (_, i) => entry(`m${i}`));
    expect(presencePages(small).map(({ length }) => length)).toEqual([100, 100, 50]);
    const large = Array.from({ length: 100 }, (_, i) => entry(`m${i}`, "x".repeat(1_000)));
    expect(presencePages(large).length).toBe(4);
    expect(presencePages([])).toEqual([]);
  });
});

describe("checkPresenceState", () => {
  it("[3.6] takes 1 KiB of JSON, counted in bytes, and not one more", () => {
    checkPresenceState(undefined);
    checkPresenceState("x".repeat(1_022));
    expect(() => checkPresenceState("x".repeat(1_023))).toThrow(
      expect.objectContaining({ code: "TOO_LARGE" }),
    );
    expect(() => checkPresenceState("é".repeat(512))).toThrow(/at most 1024 bytes, got 1026/);
  });

  it("refuses what JSON cannot say", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => checkPresenceState(cycle)).toThrow(expect.objectContaining({ code: "BAD_DATA" }));
  });
});
