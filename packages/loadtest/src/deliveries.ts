import type { LoadClock } from "./clock.js";
import type { LoadUser } from "./load-user.js";
import type { MessageKeys } from "./message-key.js";
import type { Tally } from "./tally.js";

/** What deliveries need. */
export interface DeliverySurroundings {
  readonly clock: LoadClock;
  readonly keys: MessageKeys;
  readonly tally: Tally;
  /** Whether the scenario measures what others receive. If not, only a user's own messages are looked for. */
  readonly measured: boolean;
}

/** Looks for messages in whatever arrives, and counts what is lost and repeated. */
export class Deliveries {
  readonly #surroundings: DeliverySurroundings;
  /** How many messages each user still waits for, once all are sent. */
  #awaited: Map<LoadUser, number> | undefined;
  #settled: (() => void) | undefined;

  constructor(surroundings: DeliverySurroundings) {
    this.#surroundings = surroundings;
  }

  received(frame: Buffer, user: LoadUser, socket: object): void {
    const { clock, keys, tally, measured } = this.#surroundings;
    const key = keys.find(frame);
    if (!key) return;
    if (key.sender === user.number) return user.arrived(key.number);
    if (!measured || user.stalled) return;
    const delivery = user.reception.take(key, socket);
    if (delivery === "repeated") tally.counts.repeated++;
    if (delivery !== "new") return;
    tally.counts.delivered++;
    tally.latency.record(clock.micros() - key.dueMicros);
    this.#arrived(user);
  }

  /**
   * Resolves when every user has received what it is expected to, the signal aborts, or the time is over: then what is missing counts
   * as lost. A message that was delivered though its sender got an error instead of an answer is not expected; it can
   * hide another one that was lost.
   */
  async settle(
    expected: ReadonlyMap<LoadUser, number>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, tally, measured } = this.#surroundings;
    if (!measured) return;
    const missing = [...expected].map(([user, count]) => [user, count - user.reception.received] as const);
    const awaited = new Map(missing.filter(([, count]) => count > 0));
    if (awaited.size === 0) return;
    this.#awaited = awaited;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, timeoutMs);
      this.#settled = () => {
        clock.clearTimeout(timer);
        resolve();
      };
      signal.addEventListener("abort", this.#settled, { once: true });
    });
    if (signal.aborted) return;
    for (const count of awaited.values()) tally.counts.lost += count;
  }

  #arrived(user: LoadUser): void {
    const count = this.#awaited?.get(user);
    if (count === undefined) return;
    if (count > 1) this.#awaited?.set(user, count - 1);
    else this.#awaited?.delete(user);
    if (this.#awaited?.size === 0) this.#settled?.();
  }
}
