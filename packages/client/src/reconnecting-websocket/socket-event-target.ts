import type { ListenOptions } from "../emitter.js";
import { EventTarget } from "../platform.js";
import type { ReconnectingWebSocketEvents as Events } from "./socket-events.js";

/** What listens: a function, an object with `handleEvent`, or nothing. */
type SocketListener<Type extends keyof Events> =
  | ((event: Events[Type]) => unknown)
  | { handleEvent(event: Events[Type]): unknown }
  | null;

/**
 * The runtime's `EventTarget`, with our events. As there, what a listener throws goes to `window.onerror`, or in Node to
 * `uncaughtException`.
 */
export interface SocketEventTarget {
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: SocketListener<Type>,
    options?: ListenOptions | boolean,
  ): void;
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: SocketListener<Type>,
    options?: ListenOptions | boolean,
  ): void;
  dispatchEvent(event: { readonly type: string }): boolean;
}

export const SocketEventTarget = EventTarget as new () => SocketEventTarget;
