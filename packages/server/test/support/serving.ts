import { afterEach } from "vitest";
import { type Broker, MemoryBroker } from "../../src/broker/index.js";
import { allowAll, createServer, guests, type ServerOptions, type UserIdentity } from "../../src/index.js";
import { asynchronous } from "./asynchronous.js";
import { chat } from "./chat.js";

export type ChatOptions = Partial<ServerOptions<typeof chat, UserIdentity>>;

const made: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map((server) => server.close()));
});

let isByPromise = false;

/** From now on servers get a broker whose answers come by promise, where a test gives them none. */
export function answerByPromise(): void {
  isByPromise = true;
}

/** The broker that a server gets where `answerByPromise` was called. */
export function promisedBroker({ clock, random }: ChatOptions = {}): Broker | undefined {
  return isByPromise
    ? asynchronous(new MemoryBroker({ clock, random }), { immediate: queueMicrotask })
    : undefined;
}

/** A server of the chat contract that admits guests; closed after the test. */
export function chatServer(options: ChatOptions = {}) {
  const broker = promisedBroker(options);
  const server = createServer(chat, { authenticate: guests(), authorize: allowAll, broker, ...options });
  made.push(server);
  return server;
}

/** A promise, and its ends in the hands of a test. */
export function deferred<T = void>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
