import { type Clock, type EventDefinition, type MessageDefinition, TautlineError } from "@tautline/protocol";
import type { Check } from "./check.js";
import { timeoutOf } from "./deadline.js";
import { InOrder } from "./in-order.js";
import type { Requests, Wire } from "./requests.js";
import type { SendOptions } from "./types.js";
import { watched } from "./watched-promise.js";

/** What sending needs of its client. */
export interface SendingContext extends Wire {
  readonly check: Check;
  readonly clock: Clock;
  /** Opens the connection where that is left to the first use. @throws where the client is closed */
  open(): void;
  report(error: unknown): void;
}

/** One message of the application, before it is checked. */
export interface Draft {
  readonly type: string;
  readonly room?: string | undefined;
  readonly data: unknown;
  /** Undefined where there is no contract to check by. */
  readonly definition: (MessageDefinition & EventDefinition) | undefined;
  readonly options: SendOptions | undefined;
  /** Where the options name none. */
  readonly timeoutMs: number;
}

/** From the program's call to the outbox: checked by the contract at this end, in the order of the calls. */
export class Sending {
  readonly #context: SendingContext;
  readonly #requests: Requests;
  readonly #inOrder: InOrder;

  constructor(context: SendingContext, requests: Requests) {
    this.#context = context;
    this.#requests = requests;
    this.#inOrder = new InOrder(context.report);
  }

  /** Sends a message that is acknowledged. */
  send(draft: Draft): Promise<void> {
    return this.#checked(draft, (resolve, reject) => this.#post(draft, true, reject, () => resolve()));
  }

  /** Sends a message that is answered, and checks the answer. */
  request(draft: Draft): Promise<unknown> {
    return this.#checked(draft, (resolve, reject) =>
      this.#post(draft, false, reject, async (data) => {
        const reply = await this.#context.check(draft.definition, "reply", data);
        if (reply.ok) resolve(reply.value);
        else reject(reply.error);
      }),
    );
  }

  /** Sends what is worthless later: at once or never. */
  sendVolatile(draft: Draft): Promise<void> {
    return this.#checked(draft, (resolve) => {
      const { type, room, data } = draft;
      const { speech } = this.#context;
      const frame = speech.encode({ type, room, data, timestamp: this.#context.clock.now() });
      if (!this.#context.isHeld(room)) this.#context.write(frame);
      resolve();
    });
  }

  /** The schema's result is discarded: what travels is its input. */
  #checked<T>(
    { definition, data }: Draft,
    then: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
  ): Promise<T> {
    const { check, clock, report } = this.#context;
    return watched<T>(clock, report, (resolve, reject) => {
      this.#context.open();
      const taken = this.#inOrder.pass(check(definition, "data", data), (checked) => {
        if (!checked.ok) return reject(checked.error);
        try {
          then(resolve, reject);
        } catch (error) {
          reject(error);
        }
      });
      if (!taken) reject(new TautlineError("BUSY", "too many messages are being checked"));
    });
  }

  #post(draft: Draft, kept: boolean, reject: (error: unknown) => void, taken: (data: unknown) => void): void {
    const { type, room, data, definition, options = {}, timeoutMs } = draft;
    this.#requests.send(
      { type, room, data, timestamp: this.#context.clock.now() },
      {
        ...options,
        idempotent: definition?.idempotent,
        kept,
        timeoutMs: timeoutOf(options.timeoutMs, timeoutMs),
        settled: (error, answer) => (error ? reject(error) : taken(answer?.data)),
      },
    );
  }
}
