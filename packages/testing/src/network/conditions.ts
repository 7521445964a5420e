import { invalidOption, type Random } from "@tautline/protocol";

/** A number, or the least and the greatest of an even spread. */
export type Spread = number | readonly [least: number, greatest: number];

/** How a virtual network behaves while nothing is broken. */
export interface NetworkConditions {
  /**
   * How long what leaves one end takes to the other, in milliseconds. Within one direction of a connection nothing
   * overtakes: what was quicker waits for what was sent before it.
   * @default 1
   */
  readonly latencyMs: Spread;
  /**
   * Bytes that each direction of each connection carries in a millisecond: large messages take longer.
   * @default Infinity
   */
  readonly bytesPerMs: number;
  /**
   * The chance, from 0 to 1, that two messages written together arrive apart: each with its own latency, in turns of
   * their own.
   * @default 0
   */
  readonly splitting: number;
  /**
   * Bytes of one direction that may be under way or unread. What is written beyond waits at the sender: it is the
   * server's `bufferedBytes` and the client's `bufferedAmount`.
   * @default 65536
   */
  readonly windowBytes: number;
  /**
   * How much later than data an end hears that the connection was lost, in milliseconds. With a spread the two ends hear of
   * it out of step.
   * @default 0
   */
  readonly lossLagMs: Spread;
  /**
   * A proxy on the way ends a connection on which nothing passed for so long, in milliseconds.
   * @default Infinity
   */
  readonly idleMs: number;
  /**
   * How long an end waits for the answer to its goodbye before it cuts the connection, in milliseconds.
   * @default 30000
   */
  readonly closeMs: number;
}

const defaults: NetworkConditions = {
  latencyMs: 1,
  bytesPerMs: Infinity,
  splitting: 0,
  windowBytes: 65_536,
  lossLagMs: 0,
  idleMs: Infinity,
  closeMs: 30_000,
};

/** `given` over `base`. @throws `INVALID_OPTION` for what no network could do. */
export function conditionsOf(
  given: Partial<NetworkConditions>,
  base: NetworkConditions = defaults,
): NetworkConditions {
  const conditions = { ...base, ...given };
  for (const name of ["latencyMs", "lossLagMs"] as const) {
    const [least, greatest] = [conditions[name]].flat();
    const isSpread = least !== undefined && least >= 0 && (greatest ?? least) >= least;
    if (!isSpread) throw invalidOption(name, "milliseconds, or [least, greatest]", conditions[name]);
  }
  for (const name of ["bytesPerMs", "windowBytes", "idleMs", "closeMs"] as const) {
    if (!(conditions[name] > 0)) throw invalidOption(name, "a number above 0", conditions[name]);
  }
  const { splitting } = conditions;
  if (!(splitting >= 0 && splitting <= 1))
    throw invalidOption("splitting", "a number from 0 to 1", splitting);
  return conditions;
}

/** A number of the spread. Where there is nothing to choose, no chance is used up. */
export function drawn(spread: Spread, random: Random): number {
  if (typeof spread === "number") return spread;
  const [least, greatest] = spread;
  return least === greatest ? least : least + random.float() * (greatest - least);
}
