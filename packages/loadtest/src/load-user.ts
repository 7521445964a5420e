import {
  type Client,
  type ClientOptions,
  createClient,
  defaultRandom,
  defaultRetryPolicy,
} from "@tautline/client";
import type { ContractDefinition, WebSocketConstructor } from "@tautline/protocol";
import { type LooseClient, loose } from "./loose-client.js";
import { type Plan, roomOf } from "./options.js";
import { openPlainSocket } from "./plain-socket.js";
import { Reception } from "./reception.js";
import type { PlainSocket, Turn, UserSettings, VirtualUser } from "./scenario.js";
import { fill } from "./template.js";
import { type SocketSettings, type SocketWatch, UserSocket } from "./user-socket.js";

/** What a user needs of the process that it runs in. */
export interface UserContext {
  readonly plan: Plan;
  readonly signal: AbortSignal;
  error(code: string, message: string): void;
  opened(): void;
  /** A socket that was open has ended. */
  closed(): void;
  /** A frame that holds a key has arrived. */
  received(frame: Buffer, user: LoadUser, socket: UserSocket): void;
}

/** One user, with all that it has opened. */
export class LoadUser implements VirtualUser {
  readonly number: number;
  readonly settings: UserSettings;
  readonly signal: AbortSignal;
  readonly reception: Reception = new Reception();
  /** Turns that are not answered yet. */
  unanswered = 0;
  /** Turns that were answered. */
  answered = 0;
  /** Whether its start has ended well. Until then what goes wrong is told by the start itself, once. */
  isReady = false;
  /** Whether it has stopped reading: nothing is expected to reach it. */
  stalled = false;
  readonly #context: UserContext;
  readonly #sockets = new Set<UserSocket>();
  readonly #clients = new Set<LooseClient>();
  readonly #arrivals = new Map<number, () => void>();
  #ending = false;

  constructor(number: number, context: UserContext) {
    const { plan } = context;
    this.number = number;
    this.#context = context;
    this.signal = context.signal;
    this.settings = {
      room: roomOf(plan, number),
      type: plan.type,
      plain: plan.plain,
      slow: number >= plan.connections - plan.slow,
      timeoutMs: plan.timeoutMs,
    };
  }

  client<C extends ContractDefinition = ContractDefinition>(
    contract?: C,
    options: Omit<ClientOptions, "url"> = {},
  ): Client<C> {
    const { url, timeoutMs } = this.#context.plan;
    let wasConnected = false;
    const again = defaultRetryPolicy(defaultRandom.float);
    const all: ClientOptions = {
      connectTimeoutMs: timeoutMs,
      joinTimeoutMs: timeoutMs,
      requestTimeoutMs: timeoutMs,
      sendTimeoutMs: timeoutMs,
      token: this.#token,
      WebSocket: this.#socketClass(this.#context.plan.headers),
      retryPolicy: (context) => (wasConnected ? again(context) : null),
      ...options,
      url,
    };
    const client = contract ? createClient(contract, all) : createClient<C>(all);
    const watched = loose(client);
    this.#clients.add(watched);
    watched.on("state", ({ kind }) => {
      if (kind === "connected") wasConnected = true;
      // A user that comes and goes does not gather its old clients.
      if (kind === "closed") this.#clients.delete(watched);
      else this.#clients.add(watched);
    });
    watched.on("error", ({ code, message }) => this.error(code, message));
    return client;
  }

  socket(): Promise<PlainSocket> {
    const { plan } = this.#context;
    const authorization = this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` };
    const Socket = this.#socketClass({ ...authorization, ...plan.headers });
    return openPlainSocket(new Socket(plan.url) as unknown as UserSocket);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  stall(): void {
    this.stalled = true;
    for (const socket of this.#sockets) socket.pause();
  }

  text({ key, number }: Turn): string {
    return fill(this.#context.plan.data, { key, n: number, user: this.number });
  }

  data(turn: Turn): unknown {
    return JSON.parse(this.text(turn));
  }

  arrival({ number }: Turn): Promise<void> {
    return new Promise((resolve) => this.#arrivals.set(number, resolve));
  }

  /** A message of this user's own has come back to it. */
  arrived(number: number): void {
    this.#arrivals.get(number)?.();
    this.forget(number);
  }

  /** Nobody waits for this turn any more. */
  forget(number: number): void {
    this.#arrivals.delete(number);
  }

  error(code: string, message: string): void {
    if (!this.#ending) this.#context.error(code, message);
  }

  /** Says goodbye, and resolves when everything has ended. */
  async close(): Promise<void> {
    this.#ending = true;
    const clients = [...this.#clients].map((client) => client.close());
    // A socket that reads nothing would not see the answer to its goodbye.
    for (const socket of this.#sockets) {
      if (this.stalled) socket.terminate();
      else socket.close(1000);
    }
    await Promise.allSettled(clients);
  }

  get #token(): string | undefined {
    const { token } = this.#context.plan;
    return token === undefined ? undefined : fill(token, { user: this.number });
  }

  /** The class that clients make their sockets with. */
  #socketClass(headers: Readonly<Record<string, string>>): WebSocketConstructor {
    const settings: SocketSettings = { headers, timeoutMs: this.#context.plan.timeoutMs };
    const watch = this.#watch();
    const add = (socket: UserSocket): void => {
      this.#sockets.add(socket);
    };
    class Socket extends UserSocket {
      constructor(url: string, protocols?: string | string[]) {
        super([url, protocols], settings, watch);
        add(this);
      }
    }
    // Its handlers take the events of `ws`, which have all that ours have.
    return Socket as unknown as WebSocketConstructor;
  }

  #watch(): SocketWatch {
    return {
      opened: (socket) => {
        this.#context.opened();
        // Over a new connection too it reads nothing.
        if (this.stalled) socket.pause();
      },
      received: (frame, socket) => this.#context.received(frame, this, socket),
      ended: (socket, { code, expected, opened }) => {
        this.#sockets.delete(socket);
        if (!opened) return;
        this.#context.closed();
        if (!expected && this.isReady) this.error(`CLOSE_${code}`, `a connection ended with code ${code}`);
      },
    };
  }
}
