import type { MaybePromise } from "@tautline/protocol";
import { onSettled } from "../maybe-promise.js";

/** What must wait while the reader is behind: how much has yet to leave, and the messages that it sends. */
export interface Pressed {
  readonly outbound: { readonly isBehind: boolean; sendConflated(): void; awaitRelief(): void };
  readonly inbound: { hold(): void; release(): void };
}

/**
 * The reader is slower than the writer: as long as that is so, no message of the peer is begun, so that answers cannot
 * pile up for who does not read them, and whoever has more to send than may wait here waits for its turn.
 */
export class Backpressure {
  readonly #pressed: Pressed;
  #isOn = false;
  /** Somebody has the turn. */
  #isTaken = false;
  /** Undefined: nobody waits. */
  #waiting: (() => void)[] | undefined;

  constructor(pressed: Pressed) {
    this.#pressed = pressed;
  }

  /** Whether the reader was behind when that was last looked at. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** To be called when bytes were written, and when bytes that waited have left. */
  changed(): void {
    const { outbound, inbound } = this.#pressed;
    const wasOn = this.#isOn;
    this.#isOn = outbound.isBehind;
    if (this.#isOn && !wasOn) inbound.hold();
    if (this.#isOn) return;
    if (wasOn) inbound.release();
    this.#next();
  }

  /**
   * Runs a step that sends much, when the reader is not behind: one at a time and in the order in which they were asked
   * for, so that what is read to be sent is held for one room at a time, and no room starves another. At once, where
   * nobody is before it. A step may not ask for a turn and wait for it.
   */
  inTurn<T>(step: () => MaybePromise<T>): MaybePromise<T> {
    if (!this.#isTaken && !this.#waiting?.length && !this.#pressed.outbound.isBehind) return this.#take(step);
    this.#pressed.outbound.awaitRelief();
    return new Promise<void>((resolve) => {
      this.#waiting ??= [];
      this.#waiting.push(resolve);
    }).then(() => this.#take(step));
  }

  /** Resolves when the reader is not behind, after whoever asked before; never, once the connection has ended. */
  async relieved(): Promise<void> {
    await this.inTurn(() => undefined);
  }

  /** The connection has ended: nobody who waits gets a turn any more. */
  end(): void {
    this.#waiting = undefined;
  }

  #take<T>(step: () => MaybePromise<T>): MaybePromise<T> {
    this.#isTaken = true;
    return onSettled(step, () => {
      this.#isTaken = false;
      this.#next();
    });
  }

  #next(): void {
    const { outbound } = this.#pressed;
    if (this.#isTaken) return;
    if (outbound.isBehind) return outbound.awaitRelief();
    const next = this.#waiting?.shift();
    if (!next) return outbound.sendConflated();
    this.#isTaken = true;
    next();
  }
}
