import { type Envelope, type EventDefinition, type MaybePromise, TautlineError } from "@tautline/protocol";
import type { Check } from "./check.js";
import { Emitter } from "./emitter.js";
import { InOrder } from "./in-order.js";

/** What has events: a contract, or one of its rooms. */
interface Scope {
  readonly events?: { readonly [name: string]: EventDefinition } | undefined;
}

/** What arrives for a client, or in one of its rooms: checked, and told to listeners in the order in which it came. */
export class Inbox extends Emitter<Record<string, unknown>> {
  readonly #scope: Scope | undefined;
  readonly #check: Check;
  readonly #report: (error: unknown) => void;
  readonly #inOrder: InOrder;

  constructor(scope: Scope | undefined, check: Check, report: (error: unknown) => void) {
    super(report);
    this.#scope = scope;
    this.#check = check;
    this.#report = report;
    this.#inOrder = new InOrder(report);
  }

  /** Calls `then` with a result once everything that came before it was told. */
  pass<T>(result: MaybePromise<T>, then: (value: T) => void): void {
    if (!this.#inOrder.pass(result, then)) this.#report(new TautlineError("DROPPED", "too many checks wait"));
  }

  /** Tells an event of the application, unless the contract is against it. */
  deliver({ type, data, offset, from, timestamp }: Envelope): void {
    const { events = {} } = this.#scope ?? {};
    // A later version of the application may have more events.
    if (this.#scope && !Object.hasOwn(events, type)) return;
    this.pass(this.#check(events[type], "data", data), (checked) => {
      if (checked.ok) this.emit(type, { data: checked.value, offset, from, timestamp });
      else this.#report(checked.error);
    });
  }
}
