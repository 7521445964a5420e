import type { Client } from "@tautline/client";
import {
  type KeptMessage,
  type LocksLike,
  type OutboxStorage,
  persistentOutbox,
} from "@tautline/client/persistent-outbox";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Chat, clientOf, startServer } from "./setup.js";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

type Started = Awaited<ReturnType<typeof startServer>>;

async function started(...options: Parameters<typeof startServer>): Promise<Started> {
  const made = await startServer(...options);
  open.push(made.server);
  return made;
}

function opened(client: Client<Chat>): Client<Chat> {
  open.push(client);
  return client;
}

describe("a client that sends faster than the server allows", () => {
  it("[9.12] has everything handled once and in order, a little later", async () => {
    const { url, handled } = await started(0, { rateLimit: { messages: 5, windowMs: 200 } });
    const lobby = opened(clientOf(url)).room("chat/lobby");
    await lobby.join();
    const texts = Array.from({ length: 20 }, (_, i) => `${i}`);
    await Promise.all(texts.map((text) => lobby.send("say", { text })));
    expect(handled).toEqual(texts);
  });

  it("keeps the order of those who wait where others want to know at once", async () => {
    const { url, handled } = await started(0, { rateLimit: { messages: 3, windowMs: 200 } });
    const lobby = opened(clientOf(url)).room("chat/lobby");
    await lobby.join();
    const outcomes = Array.from({ length: 12 }, (_, i) =>
      lobby.send("say", { text: `${i}` }, { retry: i % 2 === 0 }).then(
        () => true,
        () => false,
      ),
    );
    const wereHandled = await Promise.all(outcomes);
    expect(handled).toEqual(wereHandled.flatMap((was, i) => (was ? `${i}` : [])));
    for (let i = 0; i < 12; i += 2) expect(wereHandled[i]).toBe(true);
  });
});

/** What pages of one browser share. */
function browser() {
  const kept = new Map<string, KeptMessage>();
  const storage: OutboxStorage = {
    read: async (partition) =>
      [...kept.values()].filter((one) => partition === undefined || one.partition === partition),
    put: async (message) => void kept.set(`${message.partition}/${message.seq}`, structuredClone(message)),
    delete: async (partition, seq) => void kept.delete(`${partition}/${seq}`),
  };
  return { kept, storage };
}

/** Locks that are never taken by others. */
const locks: LocksLike = { request: (_name, callback) => callback() };
/** A page that is gone: its storage no longer answers. */
const gone = { read: stuck, put: stuck, delete: stuck };

function stuck<T>(): Promise<T> {
  return new Promise(() => {});
}

describe("a client that inherits another one's messages", () => {
  it("gets the answers of what was handled, and sends what never was, once each and in order", async () => {
    const { url, handled, server } = await started(0, { limits: { unanswered: 1 } });
    const { kept, storage } = browser();
    let release = (): void => {};
    server.handle("wait", async ({ data }) => {
      handled.push(`wait ${data}`);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return data;
    });
    let own = storage;
    const shared: OutboxStorage = {
      read: (partition) => own.read(partition),
      put: (message) => own.put(message),
      delete: (partition, seq) => own.delete(partition, seq),
    };
    const before = opened(
      clientOf(url, { outbox: { persistence: persistentOutbox({ storage: shared, locks }) } }),
    );
    await before.request("rename", { name: "Ada" });
    void before.send("wait", 1).catch(() => {});
    await vi.waitFor(() => expect(handled).toEqual(["wait 1"]));
    await before.room("chat/lobby").join();
    // One at a time may be unanswered: these are never written.
    for (const text of ["a", "b"])
      void before
        .room("chat/lobby")
        .send("say", { text })
        .catch(() => {});
    await vi.waitFor(() => expect(kept.size).toBe(3));
    own = gone;
    await before.close();

    const settled: unknown[] = [];
    const after = opened(
      clientOf(url, {
        outbox: {
          persistence: persistentOutbox({
            storage,
            locks,
            settled: ({ message, error }) => settled.push([message.data, error?.code]),
          }),
        },
      }),
    );
    await after.connect();
    await vi.waitFor(() => expect(after.pending).toHaveLength(3));
    release();
    await vi.waitFor(() => expect(kept.size).toBe(0));
    expect(handled.filter((text) => text === "wait 1")).toHaveLength(1);
    expect(handled.filter((text) => text === "a" || text === "b")).toEqual(["a", "b"]);
    expect(settled).toHaveLength(3);
  });
});
