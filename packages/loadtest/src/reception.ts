import type { MessageKey } from "./message-key.js";

/** What a delivery is: `known` is what a client that came back gets again over its new socket, and drops by itself. */
export type Delivery = "new" | "repeated" | "known";

/** What one user has received from the others. */
export class Reception {
  /** Messages, each counted once. */
  received = 0;
  /** Of each sender the last message, and the socket it came over. */
  readonly #last = new Map<number, { number: number; socket: object }>();

  take({ sender, number }: MessageKey, socket: object): Delivery {
    const last = this.#last.get(sender);
    if (last && number <= last.number) return last.socket === socket ? "repeated" : "known";
    if (last) Object.assign(last, { number, socket });
    else this.#last.set(sender, { number, socket });
    this.received++;
    return "new";
  }
}
