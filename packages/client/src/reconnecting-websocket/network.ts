/**
 * What the device just noticed: it got its network back (`online`), or the page is `visible` again (looked at, or back
 * from the back/forward cache), after its timers may have been held back for minutes.
 */
export type NetworkChange = "online" | "visible";

/** The network's mood, as far as the device knows it. */
export interface Network {
  /** False: attempts are hopeless. True says little. */
  readonly online: boolean;
  /** Calls `listener` at each change and returns its remover, which may be called more than once. */
  subscribe(listener: (change: NetworkChange) => void): () => void;
}

/** The part of a browser's global scope, page or worker, that knows about the network. */
export interface BrowserScope {
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: { readonly visibilityState?: string };
  /** As that of `window`. */
  addEventListener(
    type: string,
    listener: (event: { readonly type: string }) => void,
    capture: boolean,
  ): void;
  /** As that of `window`. */
  removeEventListener(
    type: string,
    listener: (event: { readonly type: string }) => void,
    capture: boolean,
  ): void;
}

const types = ["online", "pageshow", "visibilitychange"];

/** The network as a browser's window or worker tells it. */
export function browserNetwork(scope: BrowserScope): Network {
  return {
    get online(): boolean {
      return scope.navigator?.onLine !== false;
    },
    subscribe(listener: (change: NetworkChange) => void): () => void {
      const hear = ({ type }: { readonly type: string }): void => {
        if (type === "online") listener(type);
        else if (scope.document?.visibilityState !== "hidden") listener("visible");
      };
      // Capturing: visibilitychange is an event of the document, and does not bubble everywhere.
      for (const type of types) scope.addEventListener(type, hear, true);
      return () => {
        for (const type of types) scope.removeEventListener(type, hear, true);
      };
    },
  };
}
