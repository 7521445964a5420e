import { type Clock, type MaybePromise, TautlineError } from "@tautline/protocol";
import { isTautlineError } from "../is-tautline-error.js";
import { attempt, isThenable } from "../maybe-promise.js";

export interface BrokerGuardOptions {
  readonly clock: Clock;
  /** How long an answer may take, in milliseconds. */
  readonly deadlineMs: number;
  /** How many calls may wait for their answers. */
  readonly maxCalls: number;
  /** A call was refused: too many wait. */
  crowded(): void;
  /** The broker has begun to fail, or has worked again for a while. */
  changed(isDegraded: boolean, cause: unknown): void;
}

const outages = new WeakSet<object>();

/** Whether an error only says again that the broker fails, of which its guard has told already. */
export function isOutage(error: unknown): boolean {
  return typeof error === "object" && error !== null && outages.has(error);
}

/** How long a broker that has failed must not have failed again to count as well, in milliseconds. */
const recoveryMs = 5_000;

/**
 * Watches over every call of a broker that is not part of this process: what fails, or has not answered in time, is
 * `UNAVAILABLE` to whoever asked, and told once for all. Nothing that a broker does goes further.
 */
export class BrokerGuard {
  readonly #options: BrokerGuardOptions;
  #failedAt: number | undefined;
  /** Calls without an answer whose deadline has not passed. */
  #waiting = 0;

  constructor(options: BrokerGuardOptions) {
    this.#options = options;
  }

  /** Whether the broker fails, or has failed a moment ago. */
  get isDegraded(): boolean {
    return this.#failedAt !== undefined;
  }

  /**
   * Asks the broker for something, unless too many calls wait for an answer already. One that is there at once is handed through
   * in the same turn.
   *
   * @param late - undoes what came when nobody waited for it any more.
   */
  ask<T>(
    what: string,
    call: () => MaybePromise<T>,
    late?: (value: T) => MaybePromise<void>,
  ): MaybePromise<T> {
    const { maxCalls, crowded } = this.#options;
    if (this.#waiting < maxCalls) return this.askAnyway(what, call, late);
    crowded();
    throw this.#failure(what, new Error(`${maxCalls} calls wait for an answer: see limits.brokerCalls`));
  }

  /** The same, however many wait: for what ends or completes something, and would leave it behind for ever. */
  askAnyway<T>(
    what: string,
    call: () => MaybePromise<T>,
    late?: (value: T) => MaybePromise<void>,
  ): MaybePromise<T> {
    let answer: MaybePromise<T>;
    try {
      answer = call();
    } catch (error) {
      throw this.#failure(what, error);
    }
    if (isThenable(answer)) return this.#await(what, answer, late);
    this.#worked();
    return answer;
  }

  /** Tells a part of ours what the broker says. What that throws is the part's own matter, never the broker's. */
  tell(call: () => void, failed: (error: unknown) => void): void {
    attempt(call, (error) => attempt(() => failed(error), ignore));
  }

  #await<T>(what: string, answer: PromiseLike<T>, late?: (value: T) => MaybePromise<void>): Promise<T> {
    const { clock, deadlineMs } = this.#options;
    this.#waiting++;
    return new Promise<T>((resolve, reject) => {
      let isWaitedFor = true;
      const timer = clock.setTimeout(() => {
        waitNoLonger();
        reject(this.#failure(what, new Error(`no answer within ${deadlineMs} ms`)));
      }, deadlineMs);
      const waitNoLonger = () => {
        isWaitedFor = false;
        this.#waiting--;
        clock.clearTimeout(timer);
      };
      answer.then(
        (value) => {
          if (!isWaitedFor) return attempt(() => late?.(value), ignore);
          waitNoLonger();
          this.#worked();
          resolve(value);
        },
        (error: unknown) => {
          if (!isWaitedFor) return;
          waitNoLonger();
          reject(this.#failure(what, error));
        },
      );
    });
  }

  /** What a broker refuses for a reason that it names is no outage. */
  #failure(what: string, cause: unknown): TautlineError {
    if (isTautlineError(cause) && cause.code !== "UNAVAILABLE") return cause;
    const isNew = this.#failedAt === undefined;
    this.#failedAt = this.#options.clock.monotonic();
    if (isNew) this.#options.changed(true, cause);
    const outage = new TautlineError("UNAVAILABLE", `broker: expected ${what} to work, but it failed`, {
      cause,
    });
    outages.add(outage);
    return outage;
  }

  #worked(): void {
    if (this.#failedAt === undefined || this.#options.clock.monotonic() - this.#failedAt < recoveryMs) return;
    this.#failedAt = undefined;
    this.#options.changed(false, undefined);
  }
}

/** It is known already that the broker fails. */
function ignore(): void {}
