import { seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { Listener, payloadOf, textOf } from "../../src/broker/cases/broker-case.js";
import { brokerCases, historyCases, presenceCases } from "../../src/broker/cases/broker-cases.js";
import { MemoryBroker, type MemoryBrokerOptions } from "../../src/broker/memory-broker.js";

const retention = { size: 100, bytes: 1_000_000 };

function setUp(options: MemoryBrokerOptions = {}): { broker: MemoryBroker; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { broker: new MemoryBroker({ clock, random: seededRandom(1), ...options }), clock };
}

describe.each([
  ["a broker", brokerCases],
  ["a history", historyCases],
  ["a presence store", presenceCases],
])("the memory broker as %s", (_, cases) => {
  it.each(cases)("$name", async ({ run }) => {
    const { broker, clock } = setUp({ presenceLeaseMs: 30_000 });
    await run({ broker, other: broker, advance: (ms) => clock.advance(ms) });
    broker.close();
    expect(clock.pending).toBe(0);
  });
});

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

  it("delivers what is appended within a delivery after it, to everyone in the same order", async () => {
    const { broker } = setUp();
    broker.subscribe("a", {
      delivered: ({ position }) => {
        if (position?.offset === 1)
          expect(broker.append("a", payloadOf("answer"), { retention }).offset).toBe(2);
      },
      interrupted: () => undefined,
    });
    const second = await Listener.on(broker, "a");
    broker.append("a", payloadOf("question"), { retention });
    expect(await second.texts(2)).toEqual(["question", "answer"]);
  });

  it("tells a subscriber that failed at a delivery that it may have missed something, and serves the others", async () => {
    const { broker } = setUp();
    const causes: unknown[] = [];
    const failure = new Error("no");
    broker.subscribe("a", {
      delivered: () => {
        throw failure;
      },
      interrupted: (cause) => causes.push(cause),
    });
    const healthy = await Listener.on(broker, "a");
    broker.append("a", payloadOf("one"), { retention });
    expect(await healthy.texts(1)).toEqual(["one"]);
    expect(causes).toEqual([failure]);
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
