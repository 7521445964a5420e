import { type Random, TautlineError, type WebSocketConstructor } from "@tautline/protocol";
import isomorphic from "isomorphic-ws";
import { type BrowserScope, browserNetwork, type Network } from "./reconnecting-websocket/network.js";

// The one file that reads the runtime's globals (clock.ts reads those of time). All are read when they are needed,
// never at import: workers, bare engines and server-side rendering lack some of them.

interface Scope extends Partial<BrowserScope> {
  readonly WebSocket?: WebSocketConstructor;
  readonly crypto?: { getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly Math: { random(): number };
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly reportError?: (error: unknown) => void;
}

const scope = globalThis as unknown as Scope;

/** The WebSocket of this runtime: the browser's own, or that of `ws` in Node. Throws where there is none. */
export function defaultWebSocket(): WebSocketConstructor {
  // Bundlers disagree on what the default import of a CommonJS build is: the class, or a namespace around it.
  const imported = isomorphic as unknown as { default?: WebSocketConstructor } & WebSocketConstructor;
  const found = imported?.default ?? imported ?? scope.WebSocket;
  if (!found) throw new TautlineError("UNAVAILABLE", "WebSocket: expected a global or the option, got none");
  return found;
}

/** The randomness of this runtime. `bytes` throws where there is no `crypto`. */
export const defaultRandom: Random = {
  float: (): number => scope.Math.random(),
  bytes: (count: number): Uint8Array => {
    const { crypto } = scope;
    if (!crypto) throw new TautlineError("UNAVAILABLE", "crypto: expected a global or the option, got none");
    return crypto.getRandomValues(new Uint8Array(count));
  },
};

/** Whether pages may merely be rendered here: Node or its like, without a document. */
export function isServer(): boolean {
  return scope.process?.versions?.node !== undefined && !scope.document;
}

/** What this runtime tells about its network: null in Node, which tells nothing. */
export function defaultNetwork(): Network | null {
  return scope.addEventListener ? browserNetwork(scope as BrowserScope) : null;
}

/** Shows an error where the runtime shows uncaught ones (a browser's console and `window.onerror`), if it can. */
export function reportError(error: unknown): void {
  scope.reportError?.(error);
}
