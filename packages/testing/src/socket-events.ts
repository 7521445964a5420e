type SocketEventType = "open" | "message" | "error" | "close";
type Handler = ((event: never) => void) | null;

/** An event whose target is known to handlers too that are called without a dispatch. */
class SocketEvent extends Event {
  readonly #target: EventTarget;

  constructor(type: SocketEventType, target: EventTarget) {
    super(type);
    this.#target = target;
  }

  override get target(): EventTarget {
    return this.#target;
  }

  override get currentTarget(): EventTarget {
    return this.#target;
  }
}

/** The part of a WHATWG socket that tells: its four handlers and its listeners. */
export class SocketEvents extends EventTarget {
  onopen: Handler = null;
  onmessage: Handler = null;
  onerror: Handler = null;
  onclose: Handler = null;
  /** Dispatching costs much, and most programs use handlers alone. */
  #hasListeners = false;

  /** As every `EventTarget` has it. */
  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void {
    this.#hasListeners = true;
    super.addEventListener(...args);
  }

  /** @internal */
  protected emit(type: SocketEventType, fields: object): void {
    const handler = this[`on${type}`];
    if (!handler && !this.#hasListeners) return;
    const event = Object.assign(new SocketEvent(type, this), fields);
    // The interface hides what each handler takes; what is handed over is of the shape each expects.
    handler?.(event as never);
    if (this.#hasListeners) this.dispatchEvent(event);
  }
}
