import type { Broker } from "../broker.js";

/** What an engine is to be made with, where a case wants to reach its bounds. Undefined: the engine's own. */
export interface EngineLimits {
  /** How long epoch and head of a stream outlive its subscribers and its publications, in milliseconds. */
  readonly metaTtlMs?: number | undefined;
  /** The most streams that nobody subscribes to. */
  readonly maxStreams?: number | undefined;
  /** How long who is present stays without its node's renewal, in milliseconds. */
  readonly presenceLeaseMs?: number | undefined;
  readonly claims?:
    | {
        /** The most records of clients, those that are away included. */
        readonly records?: number | undefined;
        /** The most answers of one record. */
        readonly answers?: number | undefined;
      }
    | undefined;
}

/** An empty engine as two nodes see it, with a clock to turn. */
export interface BrokerHarness {
  readonly broker: Broker;
  /** Another node's broker on the same engine. An embedded broker is its own other node. */
  readonly other: Broker;
  /** Lets so many milliseconds pass for the engine: turns its clock, or waits. */
  turn(ms: number): Promise<void>;
  /**
   * Cuts `other` off from the engine; what it gives lets it back. Undefined where there is nothing in between: then the
   * cases about it pass.
   */
  cut?(): Promise<() => Promise<void>>;
  /** Lets go of the engine. */
  dispose(): Promise<void>;
}

/** What a broker's tests bring along. */
export type MakeHarness = (limits: EngineLimits) => Promise<BrokerHarness>;

/** One thing that every broker must do. */
export interface BrokerCase {
  /** A sentence about brokers. */
  readonly name: string;
  /** Makes an engine and tries it. Fails by rejecting. */
  run(make: MakeHarness): Promise<void>;
}

/** A case of this name that tries `attempt` on a new engine and lets go of it. */
export function brokerCase(
  name: string,
  attempt: (harness: BrokerHarness) => Promise<void>,
  limits: EngineLimits = {},
): BrokerCase {
  return {
    name,
    async run(make) {
      const harness = await make(limits);
      try {
        await attempt(harness);
      } finally {
        await harness.dispose();
      }
    },
  };
}
