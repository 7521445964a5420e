/**
 * What the device just noticed.
 *
 * - `online`, `offline`: it got or lost its network.
 * - `visible`: the page is looked at again; its timers may have been held back for minutes.
 * - `restored`: the page came back from the back/forward cache, or was unfrozen.
 */
export type NetworkChange = "online" | "offline" | "visible" | "restored";

/** The network's mood, as far as the device knows it. */
export interface Network {
  /** False: attempts are hopeless. True says little. */
  readonly online: boolean;
  /** Calls `listener` at each change and returns its remover. */
  subscribe(listener: (change: NetworkChange) => void): () => void;
}

/** What has events: a window, a document, a worker. */
interface EventSource {
  addEventListener(type: string, listener: (event: { readonly persisted?: boolean }) => void): void;
  removeEventListener(type: string, listener: (event: { readonly persisted?: boolean }) => void): void;
}

/** The part of a browser's global scope that knows about the network. */
export interface BrowserScope extends EventSource {
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: EventSource & { readonly visibilityState?: string };
}

/** The network as a browser's window or worker tells it. */
export function browserNetwork(scope: BrowserScope): Network {
  return {
    get online(): boolean {
      return scope.navigator?.onLine !== false;
    },
    subscribe(listener: (change: NetworkChange) => void): () => void {
      const { document } = scope;
      const heard: [EventSource | undefined, string, (event: { readonly persisted?: boolean }) => void][] = [
        [scope, "online", () => listener("online")],
        [scope, "offline", () => listener("offline")],
        [scope, "pageshow", ({ persisted }) => persisted && listener("restored")],
        [document, "resume", () => listener("restored")],
        [document, "visibilitychange", () => document?.visibilityState === "visible" && listener("visible")],
      ];
      for (const [source, type, call] of heard) source?.addEventListener(type, call);
      return () => {
        for (const [source, type, call] of heard) source?.removeEventListener(type, call);
      };
    },
  };
}
