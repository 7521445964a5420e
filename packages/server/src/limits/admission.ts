import { type RateLimit, SlidingLog } from "../throttler/rate-limit.js";

/** How many connections may come, and be. */
export interface AdmissionLimits {
  /** Connections at once from one address. */
  readonly connectionsPerAddress: number | false;
  /** Connections in any second. */
  readonly connectionsPerSecond: number | false;
}

/** Why a connection is not let in. */
export interface NotAdmitted {
  readonly limit: "limits.connectionsPerAddress" | "limits.connectionsPerSecond";
  /** When to try again, in milliseconds, where that can be said. */
  readonly retryAfterMs?: number | undefined;
}

const windowMs = 1_000;

/**
 * Counts connections by address and by second. The newest is refused, never an older one closed. Whoever is over a limit is told so
 * after the upgrade, as a browser sees nothing else; beyond twice the limit nobody is upgraded any more.
 *
 * Time is handed in and must not go back. A connection costs constant time; an address is remembered as long as it has any.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #byAddress = new Map<string, number>();
  readonly #accepted: SlidingLog | undefined;
  readonly #upgraded: SlidingLog | undefined;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
    const { connectionsPerSecond: perSecond } = limits;
    if (perSecond === false) return;
    const log = (messages: number) => new SlidingLog({ messages, windowMs } satisfies RateLimit);
    this.#accepted = log(perSecond);
    this.#upgraded = log(2 * perSecond);
  }

  /** Addresses with connections. */
  get addresses(): number {
    return this.#byAddress.size;
  }

  /** Why an upgrade is not even made: a flood. To be asked once of each. */
  whyFlooded(address: string, now: number): NotAdmitted | undefined {
    const { connectionsPerAddress: most } = this.#limits;
    if (most !== false && this.#of(address) >= 2 * most) return { limit: "limits.connectionsPerAddress" };
    const verdict = this.#upgraded?.take(now, 1);
    if (!verdict || verdict.ok) return undefined;
    return { limit: "limits.connectionsPerSecond", retryAfterMs: verdict.retryAfterMs };
  }

  /** Counts a connection until it leaves, also one that is refused. Says why it is. */
  enter(address: string, now: number): NotAdmitted | undefined {
    const { connectionsPerAddress: most } = this.#limits;
    const before = this.#of(address);
    if (most !== false) this.#byAddress.set(address, before + 1);
    if (most !== false && before >= most) return { limit: "limits.connectionsPerAddress" };
    const verdict = this.#accepted?.take(now, 1);
    if (!verdict || verdict.ok) return undefined;
    return { limit: "limits.connectionsPerSecond", retryAfterMs: verdict.retryAfterMs };
  }

  /** A connection that has entered is gone. */
  leave(address: string): void {
    const others = this.#of(address) - 1;
    if (others > 0) this.#byAddress.set(address, others);
    else this.#byAddress.delete(address);
  }

  #of(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }
}
