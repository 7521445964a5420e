import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Admission } from "../../src/limits/admission.js";

const perAddress = (connectionsPerAddress: number) =>
  new Admission({ connectionsPerAddress, connectionsPerSecond: false });
const perSecond = (connectionsPerSecond: number) =>
  new Admission({ connectionsPerAddress: false, connectionsPerSecond });

describe("admission", () => {
  it("A-83 refuses the newest of an address, and forgets those that left", () => {
    const admission = perAddress(2);
    expect([1, 2, 3].map(() => admission.enter("a", 0)?.limit)).toEqual([
      undefined,
      undefined,
      "limits.connectionsPerAddress",
    ]);
    expect(admission.enter("b", 0)).toBeUndefined();
    admission.leave("a");
    admission.leave("a");
    expect(admission.enter("a", 0)).toBeUndefined();
    expect(admission.addresses).toBe(2);
    for (const address of ["a", "a", "b"]) admission.leave(address);
    expect(admission.addresses).toBe(0);
  });

  it("A-83 takes twice as many from an address for a flood, as long as they are there", () => {
    const admission = perAddress(2);
    for (let i = 0; i < 3; i++) admission.enter("a", 0);
    expect(admission.whyFlooded("a", 0)).toBeUndefined();
    admission.enter("a", 0);
    expect(admission.whyFlooded("a", 0)).toEqual({ limit: "limits.connectionsPerAddress" });
    expect(admission.whyFlooded("b", 0)).toBeUndefined();
    admission.leave("a");
    expect(admission.whyFlooded("a", 0)).toBeUndefined();
  });

  it("A-85 lets so many in in any second, and says when to come again", () => {
    const admission = perSecond(2);
    expect([admission.enter("a", 0), admission.enter("b", 400)]).toEqual([undefined, undefined]);
    expect(admission.enter("c", 500)).toEqual({ limit: "limits.connectionsPerSecond", retryAfterMs: 500 });
    expect(admission.enter("c", 1_000)).toBeUndefined();
  });

  it("A-85 upgrades no more than twice as many in any second", () => {
    const admission = perSecond(2);
    const flooded = Array.from({ length: 5 }, () => admission.whyFlooded("a", 0)?.limit);
    expect(flooded).toEqual([...Array.from({ length: 4 }), "limits.connectionsPerSecond"]);
    expect(admission.whyFlooded("a", 1_000)).toBeUndefined();
  });

  it("has no limit where none is set, and remembers nothing", () => {
    const admission = new Admission({ connectionsPerAddress: false, connectionsPerSecond: false });
    for (let i = 0; i < 1_000; i++) {
      expect(admission.whyFlooded("a", 0)).toBeUndefined();
      expect(admission.enter("a", 0)).toBeUndefined();
    }
    expect(admission.addresses).toBe(0);
  });

  it("A-85 never lets more in in any second, whenever they come", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(700), { maxLength: 200 }),
        (most, gaps) => {
          const admission = perSecond(most);
          let now = 0;
          const entered: number[] = [];
          for (const gap of gaps) {
            now += gap;
            if (!admission.enter("a", now)) entered.push(now);
          }
          for (const from of entered)
            expect(entered.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
