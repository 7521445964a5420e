import type { LoadClient, OnMessage } from "../load/load-client.js";
import { maskedFrame } from "../load/masked-frame.js";

/** Each client says something as soon as its last was answered: one message of each is under way at any time. */
export class Conversation {
  readonly #textOf: (client: LoadClient, id: number) => string;
  #until = 0;
  #answers = 0;
  #deliveries = 0;
  #talking = 0;
  #deliveriesEach = 0;
  #over: (() => void) | undefined;

  constructor(textOf: (client: LoadClient, id: number) => string) {
    this.#textOf = textOf;
  }

  readonly onMessage: OnMessage = (client, kind) => {
    if (kind === "delivery") this.#deliveries++;
    else this.#answered(client);
    const isComplete = this.#talking === 0 && this.#deliveries === this.#answers * this.#deliveriesEach;
    if (isComplete) this.#over?.();
  };

  /**
   * Lets all talk until the time is over, and waits for what is under way.
   *
   * @param deliveriesEach - how many come of each message, beside its answer.
   * @returns the number of messages.
   */
  async run(clients: readonly LoadClient[], deliveriesEach: number, until: number): Promise<number> {
    this.#answers = 0;
    this.#deliveries = 0;
    this.#until = until;
    this.#deliveriesEach = deliveriesEach;
    this.#talking = clients.length;
    await new Promise<void>((resolve) => {
      this.#over = resolve;
      for (const client of clients) this.#say(client);
    });
    return this.#answers;
  }

  #answered(client: LoadClient): void {
    this.#answers++;
    if (performance.now() < this.#until) this.#say(client);
    else this.#talking--;
  }

  #say(client: LoadClient): void {
    client.write(maskedFrame(this.#textOf(client, ++client.sent)));
  }
}
