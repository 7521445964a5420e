import type { LoadClient } from "../load/load-client.js";

/**
 * Sends a burst, and the next as soon as all that came of it has arrived everywhere: so much is in flight, no more and no less.
 */
export class Bursts {
  #missing = 0;
  #arrived: (() => void) | undefined;

  /** To be called for each frame that counts. */
  readonly count = (): void => {
    if (--this.#missing === 0) this.#arrived?.();
  };

  /** Sends until the time is over. Gives the number of frames that came of it. */
  async run(sender: LoadClient, burst: () => Uint8Array, framesEach: number, until: number): Promise<number> {
    let bursts = 0;
    await new Promise<void>((resolve) => {
      this.#arrived = () => {
        if (bursts > 0 && performance.now() >= until) return resolve();
        bursts++;
        this.#missing = framesEach;
        sender.write(burst());
      };
      this.#arrived();
    });
    return bursts * framesEach;
  }
}
