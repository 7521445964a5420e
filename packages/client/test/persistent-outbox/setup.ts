import { ScriptedServer, type ScriptedWebSocket, seededRandom, VirtualClock } from "@tautline/testing";
import type { Client } from "../../src/client-types.js";
import { createClient } from "../../src/create-client.js";
import type { ClientOptions } from "../../src/options.js";
import {
  type KeptMessage,
  type LocksLike,
  type OutboxStorage,
  type PersistentOutboxOptions,
  persistentOutbox,
} from "../../src/persistent-outbox/index.js";
import { chat } from "../setup.js";

/** One page of a browser. */
export interface Tab {
  readonly client: Client<typeof chat>;
  readonly clock: VirtualClock;
  readonly errors: string[];
  /** Nothing of it runs any more: its locks are free, its sockets cut, its storage out of reach. */
  crash(): void;
}

/** What pages of one origin share, and the server that they talk to. */
export class Browser {
  readonly server: ScriptedServer = new ScriptedServer();
  readonly kept = new Map<string, KeptMessage>();
  /** What was asked of the storage. */
  readonly steps: string[] = [];
  /** What the storage fails with. */
  failure: Error | undefined;
  readonly #locks = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  #tabs = 0;

  open(options: Partial<ClientOptions> = {}, outbox: PersistentOutboxOptions = {}): Tab {
    const clock = new VirtualClock();
    const state = { isAlive: true, held: new Set<string>() };
    const persistence = persistentOutbox({
      storage: this.#storage(state),
      locks: this.#locksOf(state),
      ...outbox,
    });
    const sockets: ScriptedWebSocket[] = [];
    const WebSocket = new Proxy(this.server.WebSocket, {
      construct: (target, args: [string]) => {
        const socket = new target(...args) as ScriptedWebSocket;
        sockets.push(socket);
        return socket;
      },
    });
    const client = createClient(chat, {
      url: "ws://scripted/live",
      autoConnect: false,
      clock,
      random: seededRandom(++this.#tabs),
      network: null,
      WebSocket,
      ...options,
      outbox: { persistence, ...options.outbox },
    });
    const errors: string[] = [];
    client.on("error", ({ code }) => errors.push(code));
    const crash = (): void => {
      state.isAlive = false;
      for (const name of state.held) this.#free(name);
      for (const socket of sockets) socket.fail("crash");
    };
    return { client, clock, errors, crash };
  }

  /** What is kept, in order. */
  messages(): KeptMessage[] {
    return [...this.kept.values()];
  }

  #storage(state: { readonly isAlive: boolean }): OutboxStorage {
    const step = async <T>(name: string, act: () => T): Promise<T> => {
      // A storage takes its time; that of a page that is gone never answers.
      await Promise.resolve();
      if (!state.isAlive) return new Promise<T>(() => {});
      if (this.failure) throw this.failure;
      this.steps.push(name);
      return act();
    };
    const keyOf = (partition: string, seq: number): string => `${partition}/${seq}`;
    return {
      read: (partition) =>
        step("read", () =>
          this.messages().filter((one) => partition === undefined || one.partition === partition),
        ),
      put: (message) =>
        step(`put ${String(message.envelope.data)} ${message.id ?? "unwritten"}`, () => {
          this.kept.set(keyOf(message.partition, message.seq), structuredClone(message));
        }),
      delete: (partition, seq) => step("delete", () => void this.kept.delete(keyOf(partition, seq))),
    };
  }

  #locksOf(state: { readonly isAlive: boolean; readonly held: Set<string> }): LocksLike {
    return {
      request: async (name, callback) => {
        await Promise.resolve();
        while (state.isAlive && this.#locks.has(name)) await this.#freed();
        if (!state.isAlive) return new Promise(() => {});
        this.#locks.add(name);
        state.held.add(name);
        await callback();
        if (state.isAlive) this.#free(name);
        return undefined;
      },
    };
  }

  #free(name: string): void {
    this.#locks.delete(name);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves when a lock was given back. */
  #freed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
