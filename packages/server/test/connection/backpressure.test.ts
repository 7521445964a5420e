import { describe, expect, it } from "vitest";
import { Backpressure } from "../../src/connection/backpressure.js";

function set() {
  const outbound = { isBehind: false, sendConflated: () => undefined };
  let holds = 0;
  const inbound = { hold: () => void holds++, release: () => void holds-- };
  return { outbound, backpressure: new Backpressure({ outbound, inbound }), holds: () => holds };
}

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

  it("relieves whoever waits once, in their order, and not before the reader has caught up", async () => {
    const { outbound, backpressure } = set();
    const relieved: string[] = [];
    for (const name of ["a", "b"]) void backpressure.relieved().then(() => relieved.push(name));
    outbound.isBehind = true;
    backpressure.changed();
    await Promise.resolve();
    expect(relieved).toEqual([]);
    outbound.isBehind = false;
    backpressure.changed();
    backpressure.changed();
    await Promise.resolve();
    expect(relieved).toEqual(["a", "b"]);
  });
});
