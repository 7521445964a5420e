import { defineContract, type Envelope } from "@tautline/protocol";
import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { afterEach, expect } from "vitest";
import * as z from "zod";
import { MemoryBroker, type MemoryClaimsOptions } from "../../src/broker/index.js";
import { allowAll, createServer, type ServerOptions, type UserIdentity } from "../../src/index.js";
import { asynchronous } from "../support/asynchronous.js";

const n = z.object({ n: z.number() });

/** Messages of each kind: once or again and again, in a room or in none. */
export const ledger = defineContract({
  messages: {
    add: { data: n, reply: n, errors: { FULL: z.object({ at: z.number() }) } },
    set: { data: n, idempotent: true },
  },
  rooms: {
    "book/:id": {
      messages: { write: { data: n }, copy: { data: n, idempotent: true } },
      events: { entry: { data: n } },
      clientEvents: ["entry"],
    },
  },
});

export type LedgerOptions = Partial<ServerOptions<typeof ledger, UserIdentity>>;

const clientId = "client-id-of-128-bits";
const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };
const made: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map((server) => server.close()));
});

/** One client of one user, as its connections come and go: each with the next attempt. */
class Client {
  readonly #clock: VirtualClock;
  readonly #hello: object;
  attempts = 0;
  /** The last attempt whose welcome has reached it. */
  welcomed = 0;
  /** The newest connection. */
  transport: ScriptedTransport = new ScriptedTransport();

  constructor(clock: VirtualClock, hello: object) {
    this.#clock = clock;
    this.#hello = hello;
  }

  /** Connects, to this server, and gives what `$welcome` said of the record. */
  async connect(server: Accepting, rooms: readonly string[] = []): Promise<unknown> {
    this.transport = new ScriptedTransport();
    server.accept(this.transport, request);
    const joins = rooms.map((room) => ({ room }));
    const { welcomed } = this;
    const data = { client: clientId, attempt: ++this.attempts, welcomed, rooms: joins, ...this.#hello };
    this.transport.send({ type: "$hello", data });
    await this.#clock.settle();
    const welcome = this.transport.take("$welcome");
    this.welcomed = this.attempts;
    return welcome.data;
  }

  /** Sends a message under this id, and ends the turn. */
  async send(id: number, type: string, more: object = {}): Promise<void> {
    this.transport.send({ type, id, data: { n: id }, ...more });
    await this.#clock.settle();
  }

  /** The connection is cut. */
  async cut(): Promise<void> {
    this.transport.end(1006);
    await this.#clock.settle();
  }

  /** The answers on the newest connection, each in a line. */
  get answers(): readonly string[] {
    return this.transport.sent.filter(({ type, id }) => type.startsWith("$") && id !== undefined).map(lineOf);
  }
}

type Accepting = { accept(transport: ScriptedTransport, from: typeof request): void };

function lineOf({ type, id, data, error }: Envelope): string {
  const what = type === "$reply" ? (data as { n: number }).n : error?.code;
  return [type, id, what].filter((part) => part !== undefined).join(" ");
}

/** A server, whose broker answers at once or, where a test asks for it, by promise. Closed after the test. */
export function serving(
  options: LedgerOptions & { readonly isSlow?: boolean; readonly claims?: MemoryClaimsOptions } = {},
) {
  const { isSlow, claims, ...rest } = options;
  const clock = new VirtualClock();
  const memory = new MemoryBroker({ clock, random: seededRandom(1), claims });
  const broker = isSlow ? asynchronous(memory, clock) : memory;
  const node = (more: LedgerOptions = {}) => {
    const server = createServer(ledger, {
      ...{ clock, broker, random: seededRandom(made.length + 2), authorize: allowAll },
      authenticate: ({ token }) => ({ id: token ?? "ada" }),
      rooms: { "book/:id": { history: { size: 100 } } },
      // A scripted peer says nothing by itself.
      heartbeat: { intervalMs: 3_600_000 },
      ...rest,
      ...more,
    });
    made.push(server);
    return server;
  };
  const client = (hello: object = {}) => new Client(clock, hello);
  const resumed = (value: boolean) => expect.objectContaining({ resumed: value });
  return { clock, memory, node, server: node(), client, resumed };
}

/** Which messages were handled, in the order in which they were begun, and their ends in the hands of the test. */
export class Handled {
  readonly begun: number[] = [];
  readonly signals: AbortSignal[] = [];
  readonly #ends = new Map<number, (value: { n: number }) => void>();

  readonly handler = ({ data, signal }: { data: { n: number }; signal: AbortSignal }) => {
    this.begun.push(data.n);
    this.signals.push(signal);
    return new Promise<{ n: number }>((resolve) => this.#ends.set(data.n, resolve));
  };

  end(which: number): void {
    this.#ends.get(which)?.({ n: which * 10 });
  }
}
