import {
  type Random,
  TautlineError,
  type WebSocketConstructor,
  type WebSocketLike,
} from "@tautline/protocol";
import isomorphic from "isomorphic-ws";
import type { RuntimeSignal } from "./emitter.js";
import type { LocksLike } from "./persistent-outbox/locks.js";
import { type BrowserScope, browserNetwork, type Network } from "./reconnecting-websocket/network.js";
import type { SocketEventTarget } from "./reconnecting-websocket/socket-event-target.js";

// The one file that reads the runtime's globals (clock.ts reads those of time). All are read when they are needed,
// never at import: workers, bare engines and server-side rendering lack some of them.

interface Scope extends Partial<BrowserScope> {
  readonly WebSocket: WebSocketConstructor;
  readonly crypto?: { getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly Blob: new (parts: readonly string[]) => { readonly size: number };
  readonly EventTarget?: new () => object;
  readonly AbortController: new () => {
    readonly signal: RuntimeSignal & { readonly reason?: unknown };
    abort(reason?: unknown): void;
  };
  readonly Event: new (type: string) => { readonly type: string };
}

const scope = globalThis as unknown as Scope;

/** The WebSocket of this runtime: the browser's own, or that of `ws` in Node. Where there is none, attempts fail. */
export function defaultWebSocket(): WebSocketConstructor {
  // Bundlers disagree on what the default import of a CommonJS build is: the class, or a namespace around it.
  const imported = isomorphic as unknown as { default?: WebSocketConstructor } & WebSocketConstructor;
  return imported?.default ?? imported ?? scope.WebSocket;
}

/** The same sockets, which take no larger messages where a program can say so: those of `ws`. Browsers have a bound of their own. */
export function bounded(WebSocket: WebSocketConstructor, maxPayload: number): WebSocketConstructor {
  const Bounded = WebSocket as new (...args: unknown[]) => WebSocketLike;
  function make(url: string, protocols: unknown): WebSocketLike {
    return new Bounded(url, protocols, { maxPayload });
  }
  return make as unknown as WebSocketConstructor;
}

/** A number in [0, 1) from this runtime. */
export const float = (): number => Math.random();

/** The randomness of this runtime. `bytes` throws where there is no `crypto`. */
export const defaultRandom: Random = {
  float,
  bytes: (count: number): Uint8Array => {
    const { crypto } = scope;
    if (!crypto) throw new TautlineError("UNAVAILABLE", "crypto: expected one, got none");
    return crypto.getRandomValues(new Uint8Array(count));
  },
};

/** Whether pages may merely be rendered here: Node or its like, without a document. */
export function isServer(): boolean {
  return scope.process?.versions?.node !== undefined && !scope.document;
}

/** What tells programs of one origin apart: pages have it in a secure context. */
export function defaultLocks(): LocksLike | undefined {
  return (scope as { readonly navigator?: { readonly locks?: LocksLike } }).navigator?.locks;
}

/** What aborts a signal of this runtime. */
export const abortController = (): InstanceType<Scope["AbortController"]> => new scope.AbortController();

/** What this runtime tells about its network: null in Node, which tells nothing. */
export function defaultNetwork(): Network | null {
  return scope.addEventListener ? browserNetwork(scope as BrowserScope) : null;
}

// Both at import, since a test runner may replace one after the other, and they must be of one kind. A runtime without
// them can still load this.
const { Event, EventTarget = Object } = scope;

/** The runtime's `EventTarget`. */
export const BaseEventTarget = EventTarget as new () => SocketEventTarget;

/** An event that it takes. */
export function makeEvent(type: string, fields: object): { readonly type: string } {
  return Object.assign(new Event(type), fields);
}

/** Bytes of `text` in UTF-8: by the runtime, so that small bundles need not carry `utf8Length` of the protocol. */
export const encodedLength = (text: string): number => new scope.Blob([text]).size;
