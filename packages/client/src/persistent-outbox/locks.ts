/** The part of [`navigator.locks`](https://developer.mozilla.org/docs/Web/API/LockManager) that is used. */
export interface LocksLike {
  /** Calls back with the lock, or with null where another has it. It is held until the callback's promise settles. */
  request(
    name: string,
    options: { readonly ifAvailable: true },
    callback: (lock: unknown) => Promise<void> | undefined,
  ): Promise<unknown>;
}

/** Takes a lock. @returns what gives it back, or undefined where another has it */
export function take(locks: LocksLike, name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const held = locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock) return new Promise<void>(resolve);
      resolve(undefined);
      return undefined;
    });
    held.catch(reject);
  });
}
