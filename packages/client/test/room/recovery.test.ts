import type { JoinResult } from "@tautline/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterJoin, onOffset } from "../../src/room/recovery.js";

const at = (offset: number, epoch = "e") => ({ epoch, offset });
const result = (fields: Partial<JoinResult>): JoinResult => ({ room: "r", recovered: false, ...fields });

describe("what an answered join means", () => {
  it.each([
    ["a first join", undefined, { epoch: "e", offset: 3, head: 5 }, "fresh", at(3)],
    ["a room without history", undefined, {}, "fresh", undefined],
    ["recovered", at(3), { epoch: "e", offset: 3, head: 9, recovered: true }, "recovered", at(3)],
    ["trimmed", at(3), { epoch: "e", offset: 7, head: 9, reason: "trimmed" as const }, "gap", at(7)],
    [
      "newest that were seen already",
      at(8),
      { epoch: "e", offset: 7, head: 9, reason: "too-many" as const },
      "recovered",
      at(8),
    ],
    [
      "newest that came over the old connection while it moved",
      at(7),
      { epoch: "e", offset: 7, head: 7, reason: "trimmed" as const },
      "recovered",
      at(7),
    ],
    [
      "a new life",
      at(3),
      { epoch: "n", offset: 0, head: 1, reason: "new-epoch" as const },
      "gap",
      at(0, "n"),
    ],
    ["the answer to an older question", at(3), { epoch: "n", offset: 1, recovered: true }, "gap", at(1, "n")],
    ["no history any more", at(3), { reason: "no-history" as const }, "gap", undefined],
  ] as const)("is right for %s", (_, position, fields, verdict, next) => {
    const rejoined = afterJoin(position, result(fields), position);
    expect(rejoined).toMatchObject({ verdict, ...(next && { position: next }) });
    expect(rejoined?.position).toEqual(next);
  });

  it.each([
    ["without a position, before the first was known", undefined, {}],
    ["from an earlier one", at(1), { reason: "trimmed" as const }],
  ])("says nothing of what is missing where the join was asked %s", (_, asked, fields) => {
    const answer = result({ epoch: "e", offset: 7, head: 9, ...fields });
    expect(afterJoin(at(3), answer, asked)).toBeUndefined();
    // But where nothing is missing, or the life is over, it does not matter from where it was asked.
    expect(afterJoin(at(7), answer, asked)).toMatchObject({ verdict: "recovered", position: at(7) });
    expect(afterJoin(at(3, "old"), answer, asked)).toMatchObject({ verdict: "gap", position: at(7) });
  });

  it("names what is missing within one epoch, and never over a change of epoch", () => {
    const position = at(3);
    const trimmed = afterJoin(position, result({ epoch: "e", offset: 7, reason: "trimmed" }), position);
    expect(trimmed?.gap).toMatchObject({ reason: "trimmed", from: 4, to: 7 });
    const renewed = afterJoin(position, result({ epoch: "n", offset: 7, reason: "new-epoch" }), position);
    expect(renewed?.gap).toEqual({ reason: "new-epoch", position: at(7, "n") });
    // The answer may be to a question from another place than the program has given since.
    const older = afterJoin(position, result({ epoch: "n", offset: 7, reason: "too-many" }), at(2, "n"));
    expect(older?.gap).toEqual({ reason: "new-epoch", position: at(7, "n") });
  });

  it("names only what is missing where the client has come further than the server knows", () => {
    const position = at(5);
    expect(afterJoin(position, { epoch: "e", offset: 5, reason: "trimmed" }, position)?.gap).toBeUndefined();
    const gap = afterJoin(position, { epoch: "e", offset: 8, reason: "trimmed" }, position)?.gap;
    expect(gap).toEqual({ reason: "trimmed", from: 6, to: 8, position: at(8) });
  });
});

describe("what a publication's offset means", () => {
  it("takes everything in a room without a position", () => {
    expect(onOffset(undefined, 5)).toBe("take");
  });

  it("hands over each offset once and in order, however often and in whatever order they arrive", () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, (offsets) => {
        const taken: number[] = [];
        let position = at(0);
        for (const offset of offsets) {
          const verdict = onOffset(position, offset);
          if (verdict === "ask") expect(offset).toBeGreaterThan(position.offset + 1);
          if (verdict !== "take") continue;
          taken.push(offset);
          position = at(offset);
        }
        expect(taken).toEqual(taken.map((_, i) => i + 1));
      }),
    );
  });
});
