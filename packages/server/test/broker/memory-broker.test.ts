import { seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { payloadOf, textOf } from "../../src/broker/cases/listener.js";
import { MemoryBroker, type MemoryBrokerOptions } from "../../src/broker/memory-broker.js";

const retention = { size: 100, bytes: 1_000_000 };

function setUp(options: MemoryBrokerOptions = {}): { broker: MemoryBroker; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { broker: new MemoryBroker({ clock, random: seededRandom(1), ...options }), clock };
}

describe("MemoryBroker", () => {
  it("answers at once, in the same turn", () => {
    const { broker } = setUp();
    const got: string[] = [];
    broker.subscribe("a", {
      delivered: (delivery) => got.push(textOf(delivery)),
      interrupted: () => undefined,
    });
    expect(broker.append("a", payloadOf("one"), { retention })).toMatchObject({ offset: 1 });
    expect(got).toEqual(["one"]);
  });

  it("delivers what is appended within a delivery after it, to everyone in the same order", () => {
    const { broker } = setUp();
    broker.subscribe("a", {
      delivered: ({ position }) => {
        if (position?.offset === 1)
          expect(broker.append("a", payloadOf("answer"), { retention }).offset).toBe(2);
      },
      interrupted: () => undefined,
    });
    const got: string[] = [];
    broker.subscribe("a", {
      delivered: (delivery) => got.push(textOf(delivery)),
      interrupted: () => undefined,
    });
    broker.append("a", payloadOf("question"), { retention });
    expect(got).toEqual(["question", "answer"]);
  });

  it("refuses work once it is closed", () => {
    const { broker } = setUp();
    broker.close();
    expect(() => broker.publish("a", payloadOf("x"))).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });

  it.each([
    [{ maxStreams: 0 }, "maxStreams"],
    [{ maxBytes: Number.NaN }, "maxBytes"],
    [{ metaTtlMs: -1 }, "metaTtlMs"],
    [{ presenceLeaseMs: 0 }, "presenceLeaseMs"],
  ])("refuses %o at construction", (options, name) => {
    expect(() => new MemoryBroker(options)).toThrow(new RegExp(`^${name}: expected a number above 0`));
  });
});
