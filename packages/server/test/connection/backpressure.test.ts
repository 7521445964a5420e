import { describe, expect, it } from "vitest";
import { Backpressure } from "../../src/connection/backpressure.js";

function set() {
  const order: string[] = [];
  let awaited = 0;
  const outbound = {
    isBehind: false,
    sendConflated: () => void order.push("conflated"),
    awaitRelief: () => void awaited++,
  };
  let holds = 0;
  const inbound = { hold: () => void holds++, release: () => void holds-- };
  const backpressure = new Backpressure({ outbound, inbound });
  return { outbound, backpressure, holds: () => holds, awaited: () => awaited, order };
}

/** After all promise callbacks. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("backpressure", () => {
  it("holds the peer's messages exactly as long as the reader is behind", () => {
    const { outbound, backpressure, holds } = set();
    const seen = [false, true, true, false, false, true, false].map((isBehind) => {
      outbound.isBehind = isBehind;
      backpressure.changed();
      return holds();
    });
    expect(seen).toEqual([0, 1, 1, 0, 0, 1, 0]);
  });

  it("relieves whoever waits, in their order, and not before the reader has caught up", async () => {
    const { outbound, backpressure } = set();
    const relieved: string[] = [];
    outbound.isBehind = true;
    backpressure.changed();
    for (const name of ["a", "b"]) void backpressure.relieved().then(() => relieved.push(name));
    await settled();
    expect(relieved).toEqual([]);
    outbound.isBehind = false;
    backpressure.changed();
    await settled();
    expect(relieved).toEqual(["a", "b"]);
  });

  it("asks to be told whenever somebody goes on waiting for the reader", async () => {
    const { outbound, backpressure, awaited } = set();
    void backpressure.relieved();
    expect(awaited()).toBe(0);
    outbound.isBehind = true;
    for (let i = 0; i < 2; i++) void backpressure.relieved();
    await settled();
    const asked = awaited();
    expect(asked).toBeGreaterThan(0);
    backpressure.changed();
    outbound.isBehind = false;
    // One of them may go on, and makes the reader slow again: the other one still waits.
    void backpressure.inTurn(() => {
      outbound.isBehind = true;
    });
    backpressure.changed();
    await settled();
    expect(awaited()).toBeGreaterThan(asked);
  });

  it("gives one turn at a time, and the next only when the reader is not behind again", async () => {
    const { outbound, backpressure } = set();
    const steps: string[] = [];
    const ends: (() => void)[] = [];
    const take = (name: string) =>
      void backpressure.inTurn(() => {
        steps.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    for (const name of ["a", "b", "c"]) take(name);
    expect(steps).toEqual(["a"]);
    outbound.isBehind = true;
    ends.shift()?.();
    await settled();
    expect(steps).toEqual(["a"]);
    outbound.isBehind = false;
    backpressure.changed();
    backpressure.changed();
    await settled();
    expect(steps).toEqual(["a", "b"]);
    ends.shift()?.();
    await settled();
    expect(steps).toEqual(["a", "b", "c"]);
  });

  it("gives the turn on after a step that failed, and tells whoever asked for it", async () => {
    const { backpressure } = set();
    const fail = () => {
      throw new Error("now");
    };
    expect(() => backpressure.inTurn(fail)).toThrow("now");
    await expect(backpressure.inTurn(() => Promise.reject(new Error("later")))).rejects.toThrow("later");
    expect(backpressure.inTurn(() => "next")).toBe("next");
  });

  it("sends what was conflated when nobody waits for a turn any more", async () => {
    const { outbound, backpressure, order } = set();
    outbound.isBehind = true;
    void backpressure.inTurn(() => void order.push("step"));
    outbound.isBehind = false;
    backpressure.changed();
    await settled();
    expect(order).toEqual(["step", "conflated"]);
  });

  it("gives nobody a turn who waited when the connection ended", async () => {
    const { outbound, backpressure, order } = set();
    outbound.isBehind = true;
    void backpressure.inTurn(() => void order.push("step"));
    backpressure.end();
    outbound.isBehind = false;
    backpressure.changed();
    await settled();
    expect(order).toEqual(["conflated"]);
  });
});
