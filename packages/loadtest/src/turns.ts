import type { LoadClock } from "./clock.js";
import { failureOf } from "./failure.js";
import type { LoadUser } from "./load-user.js";
import type { Patience } from "./patience.js";
import type { Session, Turn } from "./scenario.js";
import type { Tally } from "./tally.js";

/** Of one user: what is beyond it is an error and not sent, so that a server that answers nothing costs a fixed amount of memory. */
const maxUnanswered = 256;

/** What turns need. */
export interface TurnSurroundings {
  readonly clock: LoadClock;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly tally: Tally;
  readonly timeoutMs: number;
  /** Whether the answer's latency is what the scenario measures. */
  readonly measured: boolean;
}

/** Takes turns, each to its end: answered, failed, or too late. */
export class Turns {
  readonly #surroundings: TurnSurroundings;
  readonly #running = new Set<Promise<void>>();

  constructor(surroundings: TurnSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Begins a turn, and waits for nothing. */
  begin(user: LoadUser, act: NonNullable<Session["act"]>, turn: Turn, dueMicros: number): void {
    if (user.unanswered >= maxUnanswered) {
      user.error(
        "BEHIND",
        `${maxUnanswered} messages of a user were not answered: its next ones were not sent`,
      );
      return;
    }
    const running = this.#take(user, act, turn, dueMicros).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when all that were begun have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #take(
    user: LoadUser,
    act: NonNullable<Session["act"]>,
    turn: Turn,
    dueMicros: number,
  ): Promise<void> {
    const { clock, signal, patience, tally, timeoutMs, measured } = this.#surroundings;
    tally.counts.sent++;
    user.unanswered++;
    try {
      await patience.within(timeoutMs, () => act(turn));
      tally.counts.answered++;
      user.answered++;
      if (measured) tally.latency.record(clock.micros() - dueMicros);
    } catch (error) {
      const { code, message } = failureOf(error);
      // What was cut off by the end of the test is nobody's fault.
      if (!signal.aborted) user.error(code, message);
    } finally {
      user.unanswered--;
      user.forget(turn.number);
    }
  }
}
