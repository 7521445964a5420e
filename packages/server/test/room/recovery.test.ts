import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "../../src/room/recovery.js";

const limits = { last: 3, maxRecovered: 50 };
/** Publications 11 to 20 are kept. */
const state = { epoch: "e1", head: 20, firstKept: 11 };
const at = (offset: number, epoch = "e1") => ({ epoch, offset });

describe("the verdict on a join", () => {
  it.each([
    ["at the head", at(20)],
    ["among the kept", at(15)],
    ["just before the oldest kept", at(10)],
  ])("recovers from a position %s, and keeps it", (_, asked) => {
    expect(judge(asked, state, limits)).toEqual({ ...asked, head: 20, recovered: true });
  });

  it.each([
    ["another epoch", at(15, "e0"), "new-epoch"],
    ["an offset beyond the head", at(21), "new-epoch"],
    ["an offset before what is kept", at(9), "trimmed"],
    ["offset 0 of a trimmed room", at(0), "trimmed"],
  ])("does not recover from %s, and goes on at the newest few", (_, asked, reason) => {
    expect(judge(asked, state, limits)).toEqual({
      epoch: "e1",
      offset: 17,
      head: 20,
      recovered: false,
      reason,
    });
  });

  it("[8.5] does not recover more than a join may", () => {
    expect(judge(at(10), state, { last: 0, maxRecovered: 9 })).toMatchObject({
      recovered: false,
      reason: "too-many",
    });
    expect(judge(at(10), state, { last: 0, maxRecovered: 10 })).toMatchObject({ recovered: true });
  });

  it("[8.6] gives a newcomer the last so many it asks for, of those kept, and no reason", () => {
    expect(judge({}, state, limits)).toEqual({ epoch: "e1", offset: 17, head: 20, recovered: false });
    expect(judge({ last: 0 }, state, limits).offset).toBe(20);
    expect(judge({ last: 100 }, state, limits).offset).toBe(10);
    expect(judge({ last: 100 }, state, { last: 0, maxRecovered: 4 }).offset).toBe(16);
  });

  it("[8.7] gives a quiet room's newcomer a position too", () => {
    const quiet = { epoch: "e1", head: 0, firstKept: 1 };
    expect(judge({ last: 20 }, quiet, limits)).toEqual({ epoch: "e1", offset: 0, head: 0, recovered: false });
    expect(judge(at(0), quiet, limits)).toMatchObject({ recovered: true, offset: 0 });
  });

  it("recovers nobody behind when nothing is kept any more, but everybody at the head", () => {
    const empty = { epoch: "e1", head: 20, firstKept: 21 };
    expect(judge(at(19), empty, limits)).toMatchObject({ recovered: false, reason: "trimmed", offset: 20 });
    expect(judge(at(20), empty, limits)).toMatchObject({ recovered: true });
  });

  it("[8.7] has neither epoch nor offset nor head in a room without history", () => {
    expect(judge({}, undefined, limits)).toEqual({ recovered: false });
    expect(judge(at(3), undefined, limits)).toEqual({ recovered: false, reason: "no-history" });
  });

  it("[8.4] [8.5] recovers exactly when epoch and range fit, and always names a place from which history reaches to the head", () => {
    const nat = fc.nat({ max: 60 });
    fc.assert(
      fc.property(nat, nat, nat, fc.boolean(), nat, (head, kept, offset, sameEpoch, last) => {
        const firstKept = Math.max(1, head + 1 - kept);
        const asked = { ...at(offset, sameEpoch ? "e1" : "e0"), last };
        const verdict = judge(asked, { epoch: "e1", head, firstKept }, limits);
        const fits =
          sameEpoch && firstKept - 1 <= offset && offset <= head && head - offset <= limits.maxRecovered;
        expect(verdict.recovered).toBe(fits);
        expect(verdict.reason === undefined).toBe(fits);
        expect(verdict.offset).toBeGreaterThanOrEqual(firstKept - 1);
        expect(verdict.offset).toBeLessThanOrEqual(head);
        if (fits) expect(verdict.offset).toBe(offset);
        else
          expect(head - (verdict.offset ?? 0)).toBe(
            Math.min(last, head + 1 - firstKept, limits.maxRecovered),
          );
      }),
    );
  });
});
