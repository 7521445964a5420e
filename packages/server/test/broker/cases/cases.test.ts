import { describe, expect, it } from "vitest";
import { brokerCases } from "../../../src/broker/cases/index.js";
import { asynchronous } from "../../support/asynchronous.js";
import { engineOverLine, memoryEngine } from "../engines.js";

describe.each(brokerCases)("the memory broker as $name", ({ cases }) => {
  it.each(cases)("$name", ({ run }) => run(memoryEngine()));
});

describe.each(brokerCases)("a broker that answers by promise, as $name", ({ cases }) => {
  // The cases turn the clock only where time has to pass: turns of the event loop are real ones.
  const turns = { immediate: (callback: () => void) => void setImmediate(callback) };
  it.each(cases)("$name", ({ run }) => run(memoryEngine((broker) => asynchronous(broker, turns))));
});

describe.each(brokerCases)("a broker over a line that can be cut, as $name", ({ cases }) => {
  it.each(cases)("$name", ({ run }) => run(engineOverLine()));
});

describe("the cases", () => {
  it("have names of their own", () => {
    const names = brokerCases.flatMap(({ cases }) => cases.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });
});
