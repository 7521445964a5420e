import { type IDBPDatabase, openDB } from "idb";
import type { KeptMessage, OutboxStorage } from "./storage.js";

const store = "messages";

/**
 * Keeps messages in the browser's IndexedDB. Needs the package `idb`. Nothing is opened before the first message.
 *
 * @param name - of the database. @default "tautline-outbox"
 */
export function indexedDbStorage(name = "tautline-outbox"): OutboxStorage {
  let database: Promise<IDBPDatabase> | undefined;
  const open = (): Promise<IDBPDatabase> => {
    const forget = (): void => {
      database = undefined;
    };
    database ??= openDB(name, 1, {
      upgrade: (created) => void created.createObjectStore(store, { keyPath: ["partition", "seq"] }),
      // A later version of the program wants to change it.
      blocking: (_version, _blocked, event) => {
        (event.target as unknown as { close(): void }).close();
        forget();
      },
      terminated: forget,
    });
    // What failed is tried anew with the next message.
    database.catch(forget);
    return database;
  };
  return {
    read: async (partition) => {
      const all = (await (await open()).getAll(store)) as KeptMessage[];
      return all.filter((message) => partition === undefined || message.partition === partition);
    },
    put: async (message) => {
      const transaction = (await open()).transaction(store, "readwrite");
      // The message is safe when the transaction is over, not when it was taken.
      await Promise.all([transaction.store.put(message), transaction.done]);
    },
    delete: async (partition, seq) => (await open()).delete(store, [partition, seq]),
  };
}
