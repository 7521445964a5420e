/** What must wait while the reader is behind: how much has yet to leave, and the messages that it sends. */
export interface Pressed {
  readonly outbound: { readonly isBehind: boolean };
  readonly inbound: { hold(): void; release(): void };
}

/**
 * The reader is slower than the writer: as long as that is so, no message of the peer is begun, so that answers cannot
 * pile up for who does not read them, and whoever has more to send than may wait here waits with it.
 */
export class Backpressure {
  readonly #pressed: Pressed;
  #isOn = false;
  #waiting: (() => void)[] = [];

  constructor(pressed: Pressed) {
    this.#pressed = pressed;
  }

  /** To be called when bytes were written, and when bytes that waited have left. */
  changed(): void {
    const { outbound, inbound } = this.#pressed;
    const wasOn = this.#isOn;
    this.#isOn = outbound.isBehind;
    if (this.#isOn && !wasOn) inbound.hold();
    if (this.#isOn) return;
    if (wasOn) inbound.release();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves after the next write or drain that leaves the reader not behind; never, once the connection has ended. */
  relieved(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
