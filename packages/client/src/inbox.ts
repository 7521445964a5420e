import { type Envelope, type EventDefinition, type MaybePromise, TautlineError } from "@tautline/protocol";
import type { Core } from "./core.js";
import { Emitter } from "./emitter.js";
import { InOrder } from "./in-order.js";

/** What has events: a contract, or one of its rooms. */
interface Scope {
  readonly events?: { readonly [name: string]: EventDefinition } | undefined;
}

/** What arrives for a client, or in one of its rooms: checked, and told to listeners in the order in which it came. */
export class Inbox extends Emitter<Record<string, unknown>> {
  readonly #scope: Scope | undefined;
  readonly #core: Pick<Core, "check" | "report">;
  readonly #inOrder: InOrder;

  constructor(scope: Scope | undefined, core: Pick<Core, "check" | "report">) {
    super(core.report);
    this.#scope = scope;
    this.#core = core;
    this.#inOrder = new InOrder(core.report);
  }

  /** Calls `then` with a result once everything that came before it was told. */
  pass<T>(result: MaybePromise<T>, then: (value: T) => void): void {
    if (!this.#inOrder.pass(result, then)) {
      this.#core.report(new TautlineError("DROPPED", "too many checks wait"));
    }
  }

  /** Tells an event of the application, unless the contract is against it. */
  deliver({ type, data, offset, from, timestamp }: Envelope): void {
    const { events = {} } = this.#scope ?? {};
    // A later version of the application may have more events.
    if (this.#scope && !Object.hasOwn(events, type)) return;
    this.pass(this.#core.check(events[type], "data", data), (checked) => {
      if (checked.ok) this.emit(type, { data: checked.value, offset, from, timestamp });
      else this.#core.report(checked.error);
    });
  }
}
