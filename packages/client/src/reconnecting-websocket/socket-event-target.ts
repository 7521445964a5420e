import type { ListenOptions } from "../emitter.js";
import type { ReconnectingWebSocketEvents as Events } from "./socket-events.js";

/** What listens: a function, an object with `handleEvent`, or nothing. */
type SocketListener<Type extends keyof Events> =
  | ((event: Events[Type]) => unknown)
  | { handleEvent(event: Events[Type]): unknown }
  | null;

/** How long a listener stays. The DOM's other options are taken and mean nothing here. */
export interface SocketListenOptions extends ListenOptions {
  readonly capture?: boolean | undefined;
  readonly passive?: boolean | undefined;
}

/**
 * The runtime's `EventTarget`, with our events. As there, what a listener throws goes to `window.onerror`, or in Node to
 * `uncaughtException`.
 */
export interface SocketEventTarget {
  /** As that of a `WebSocket`: the same listener added twice is called once. */
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: SocketListener<Type>,
    options?: SocketListenOptions | boolean,
  ): void;
  /** As that of a `WebSocket`. */
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: SocketListener<Type>,
    options?: SocketListenOptions | boolean,
  ): void;
  /** As that of a `WebSocket`. */
  dispatchEvent(event: { readonly type: string }): boolean;
}
