import { seededRandom, VirtualClock } from "@tautline/testing";
import type { Broker } from "../../src/broker/broker.js";
import type { MakeHarness } from "../../src/broker/cases/index.js";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import { Line } from "./line.js";

/** Makes harnesses on the memory broker, as `wrap` shows it, with a clock that is turned. */
export function memoryEngine(
  wrap: (broker: Broker, clock: VirtualClock) => Broker = (broker) => broker,
): MakeHarness {
  return async (limits) => {
    const clock = new VirtualClock();
    const engine = new MemoryBroker({ clock, random: seededRandom(1), ...limits });
    const broker = wrap(engine, clock);
    return {
      broker,
      other: broker,
      turn: async (ms) => {
        await clock.advance(ms);
        // What became due answers a turn or two later, where answers come by promise.
        await clock.settle();
      },
      dispose: async () => {
        engine.close();
        await clock.settle();
        if (clock.pending > 0) throw new Error(`${clock.pending} timers were left`);
      },
    };
  };
}

/** The same, where the other node reaches the engine over a line that can be cut. */
export function engineOverLine(
  make: MakeHarness = memoryEngine(),
  change: (line: Line) => void = () => undefined,
): MakeHarness {
  return async (limits) => {
    const harness = await make(limits);
    const line = new Line(harness.broker);
    change(line);
    return {
      ...harness,
      other: line.broker,
      cut: async () => {
        line.cut();
        return async () => line.heal();
      },
    };
  };
}
