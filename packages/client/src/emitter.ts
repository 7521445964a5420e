/** The part of an `AbortSignal` that is used: any implementation will do. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  /** Calls the listener when the signal is aborted. */
  addEventListener(type: "abort", listener: () => void): void;
  /** Takes the listener off. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The runtime's own `AbortSignal`, as `fetch` takes it, where the program's types know of one. */
export type RuntimeSignal = typeof globalThis extends {
  readonly AbortSignal: { readonly prototype: infer Signal };
}
  ? Signal & AbortSignalLike
  : AbortSignalLike;

/** How long a listener stays. */
export interface ListenOptions {
  /** Remove it after its first event. @default false */
  readonly once?: boolean | undefined;
  /** Remove it when this is aborted. */
  readonly signal?: AbortSignalLike | undefined;
}

/** A function, or an object with `handleEvent` as the DOM allows it. */
export type Listener<Event> =
  | ((event: Event) => unknown)
  | {
      /** Called with each event. */
      handleEvent(event: Event): unknown;
    };

interface Entry {
  readonly type: PropertyKey;
  tell(event: never): void;
}

/**
 * Calls `listener`, and hands what it throws, or what its promise is rejected with, to `report`: one bad listener
 * neither silences the next one nor ends the process.
 */
export function invoke<Event>(
  listener: Listener<Event>,
  event: Event,
  report: (error: unknown) => void,
): void {
  try {
    const result = typeof listener === "function" ? listener(event) : listener.handleEvent(event);
    (result as PromiseLike<unknown> | null | undefined)?.then?.(undefined, report);
  } catch (error) {
    report(error);
  }
}

/** Listeners by event name, called in the order in which they came. */
export class Emitter<Events extends object> {
  readonly #entries = new Set<Entry>();
  readonly #report: (error: unknown) => void;

  /** @param report - gets what a listener threw, but for one of `error`: it would be told about itself for ever. Must not throw. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Adds a listener and returns its remover. The same function added twice is called twice. */
  on<Type extends keyof Events>(
    type: Type,
    listener: Listener<Events[Type]>,
    { once = false, signal }: ListenOptions = {},
  ): () => void {
    const remove = (): void => {
      this.#entries.delete(entry);
      signal?.removeEventListener("abort", remove);
    };
    const entry: Entry = {
      type,
      tell: (event: Events[Type]) => {
        if (once) remove();
        invoke(listener, event, type === "error" ? () => {} : this.#report);
      },
    };
    if (!signal?.aborted) {
      this.#entries.add(entry);
      signal?.addEventListener("abort", remove);
    }
    return remove;
  }

  /** Whether nobody listens to anything. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Calls every listener that was there when the event began and was not removed meanwhile. */
  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const entry of [...this.#entries]) {
      if (entry.type === type && this.#entries.has(entry)) entry.tell(event as never);
    }
  }
}
