import { type ContractDefinition, invalidOption } from "@tautline/protocol";
import { isOutage } from "./broker/broker-guard.js";
import type { Log } from "./log.js";
import { isThenable } from "./maybe-promise.js";
import type { Connection } from "./server-types.js";
import type { UserIdentity } from "./user.js";

/** What `server.on` tells. */
export interface ServerEvents<C extends ContractDefinition, U extends UserIdentity> {
  /** A peer was admitted. What a listener sends is sent before any answer. */
  readonly connect: { readonly connection: Connection<C, U>; readonly user: U };
  /** An admitted peer has gone, whoever ended it. Its rooms are left already. */
  readonly disconnect: {
    readonly connection: Connection<C, U>;
    readonly user: U;
    readonly code: number;
    readonly reason: string;
  };
  /** Code of the application threw, or something failed where nobody waits for it. */
  readonly error: { readonly error: unknown; readonly where: string };
}

type Events = ServerEvents<ContractDefinition, UserIdentity>;
type Listener<E extends keyof Events> = (detail: Events[E]) => unknown;

/** Runs the application's code. Nothing that it throws or rejects with goes further than here. */
export class Hooks {
  readonly #log: Log | undefined;
  readonly #listeners: { readonly [E in keyof Events]: Set<Listener<E>> } = {
    connect: new Set(),
    disconnect: new Set(),
    error: new Set(),
  };

  constructor(log: Log | undefined) {
    this.#log = log;
  }

  on<E extends keyof Events>(event: E, listener: Listener<E>): () => void {
    // Callers without types would never hear of a misspelt one.
    if (!Object.hasOwn(this.#listeners, event))
      throw invalidOption("on", Object.keys(this.#listeners).join(", "), event);
    // One function may listen twice, and each has its own remover.
    const own: Listener<E> = (detail) => listener(detail);
    this.#listeners[event].add(own);
    return () => this.#listeners[event].delete(own);
  }

  emit<E extends keyof Events>(event: E, detail: Events[E]): void {
    for (const listener of [...this.#listeners[event]]) this.invoke(`on("${event}")`, () => listener(detail));
  }

  /** Runs `call`; what it throws or rejects with is reported under the name `where`. */
  invoke(where: string, call: () => unknown): void {
    try {
      const result = call();
      if (isThenable(result)) result.then(undefined, (error: unknown) => this.report(where, error));
    } catch (error) {
      this.report(where, error);
    }
  }

  /** Tells `on("error")` and the log. Outages of the broker are told once, not for everything that they hinder. */
  report(where: string, error: unknown): void {
    if (isOutage(error)) return;
    this.log({ level: "error", event: "error", where, error });
    for (const listener of [...this.#listeners.error]) this.#tell(listener, { error, where });
  }

  log(record: Parameters<Log>[0]): void {
    try {
      this.#log?.(record);
    } catch {
      // Where would it be reported?
    }
  }

  #tell(listener: Listener<"error">, detail: Events["error"]): void {
    try {
      const result = listener(detail);
      // A listener for errors that fails itself would be told of its own failure for ever.
      if (isThenable(result)) result.then(undefined, () => undefined);
    } catch {
      this.log({ level: "error", event: "error", where: 'on("error")' });
    }
  }
}
