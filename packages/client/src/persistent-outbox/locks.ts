/** The part of [`navigator.locks`](https://developer.mozilla.org/docs/Web/API/LockManager) that is used. */
export interface LocksLike {
  /** Calls back when nobody else has the lock. It is held until the callback's promise settles, or the page is gone. */
  request(name: string, callback: () => Promise<void>): Promise<unknown>;
}

/** Waits for a lock. @returns what gives it back */
export function take(locks: LocksLike, name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    locks.request(name, () => new Promise<void>(resolve)).catch(reject);
  });
}
