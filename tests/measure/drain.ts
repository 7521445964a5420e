import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as passes } from "node:timers/promises";
import { type Client, createClient } from "@tautline/client";
import { defineContract, TautlineError, unchecked } from "@tautline/protocol";
import { allowAll, createServer } from "@tautline/server";
import { MemoryBroker } from "@tautline/server/broker";

/** How large a drain is measured. */
export interface DrainSize {
  readonly clients: number;
  /** The span of the drain, in milliseconds. */
  readonly withinMs: number;
  /** How long it is watched before the drain, and after it. */
  readonly quietMs: number;
}

/** What the clients and the two nodes saw. */
export interface DrainReport {
  /** Publications that a client should have seen and did not. */
  readonly lost: number;
  /** Publications that a client saw twice, or behind a later one. */
  readonly twiceOrLate: number;
  /** Times that a client was told that something could not be recovered. */
  readonly gaps: number;
  readonly requests: number;
  /** Those that were handled by both nodes, or twice by one. */
  readonly handledTwice: number;
  /** Requests that ended otherwise than by their reply, by code. */
  readonly failures: Readonly<Record<string, number>>;
  /** The longest time without any publication that a client saw, in milliseconds, over all clients. */
  readonly silenceMs: { readonly before: Spread; readonly during: Spread };
  /** When the last client had moved, from the beginning of the drain. */
  readonly movedMs: number;
  /** When the draining node had ended. */
  readonly drainedMs: number;
  /** Most clients that moved within a tenth of the span. */
  readonly crowd: number;
  /** Clients that lost the old connection before they had the new one. */
  readonly brokeFirst: number;
  /** Connections that were made in the place of others: one a client, if all went well. */
  readonly moves: number;
}

interface Spread {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

const contract = defineContract({
  messages: { work: { data: unchecked<string>(), reply: unchecked<string>() } },
  rooms: { "feed/:id": { events: { tick: { data: unchecked<number>() } } } },
});

const rooms = 10;
const tickMs = 200;
const requestEveryMs = 1_000;
const workMs = 50;

/** Two nodes of one broker behind one address, which leads to the second as soon as the first drains. */
async function twoNodes() {
  const broker = new MemoryBroker();
  const handled = new Map<string, number>();
  const node = () => {
    const server = createServer(contract, {
      authenticate: ({ token }) => ({ id: token ?? "nobody" }),
      authorize: allowAll,
      rooms: { "feed/:id": { history: { size: 10_000 } } },
      rateLimit: false,
      broker,
    });
    return server.handle("work", async ({ data }) => {
      handled.set(data, (handled.get(data) ?? 0) + 1);
      await passes(workMs * Math.random());
      return data;
    });
  };
  const [first, second] = [node(), node()];
  const front = { node: first };
  const http = createHttpServer();
  http.on("upgrade", (request, socket, head) => front.node.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const close = async () => {
    await second.close();
    http.close();
    await broker.close();
  };
  return { first, second, front, url, handled, close };
}

/** One client in one room, with what it saw. */
class Watcher {
  readonly client: Client<typeof contract>;
  readonly name: string;
  first = 0;
  last = 0;
  lost = 0;
  twiceOrLate = 0;
  gaps = 0;
  longestMs = 0;
  movedAt = 0;
  moves = 0;
  brokeFirst = 0;
  #lastAt = 0;

  constructor(url: string, index: number) {
    this.name = `c${index}`;
    this.client = createClient(contract, { url, token: this.name, requestTimeoutMs: null });
    const room = this.client.room("feed/:id", { id: String(index % rooms) });
    room.on("gap", () => this.gaps++);
    room.on("tick", ({ data }) => this.#saw(data));
    let connection: string | undefined;
    this.client.on("state", (state) => {
      if (state.kind === "waiting") this.brokeFirst++;
      if (state.kind !== "connected" || state.connection === connection) return;
      if (connection !== undefined) this.moves++;
      connection = state.connection;
      this.movedAt = performance.now();
    });
  }

  async join(index: number): Promise<void> {
    await this.client.room("feed/:id", { id: String(index % rooms) }).join();
    this.#lastAt = performance.now();
  }

  /** Begins to measure anew. */
  restart(): void {
    this.longestMs = 0;
    this.#lastAt = Math.max(this.#lastAt, performance.now() - tickMs);
  }

  #saw(tick: number): void {
    const now = performance.now();
    this.longestMs = Math.max(this.longestMs, now - this.#lastAt);
    this.#lastAt = now;
    if (this.first === 0) this.first = tick;
    else if (tick <= this.last) this.twiceOrLate++;
    else this.lost += tick - this.last - 1;
    this.last = Math.max(this.last, tick);
  }
}

/** Lets a node with many busy clients leave, and looks at what they see of it. */
export async function measureDrain({ clients, withinMs, quietMs }: DrainSize): Promise<DrainReport> {
  const { first, second, front, url, handled, close } = await twoNodes();
  const watchers = Array.from({ length: clients }, (_, i) => new Watcher(url, i));
  for (let i = 0; i < clients; i += 100)
    await Promise.all(watchers.slice(i, i + 100).map((watcher, k) => watcher.join(i + k)));
  const ticking = ticker(second);
  const asking = asker(watchers);
  await passes(quietMs);
  for (const watcher of watchers) watcher.restart();
  await passes(quietMs);
  const before = spreadOf(watchers.map(({ longestMs }) => longestMs));
  for (const watcher of watchers) watcher.restart();
  const begin = performance.now();
  front.node = second;
  await first.drain({ withinMs });
  const drainedMs = performance.now() - begin;
  await passes(quietMs);
  const during = spreadOf(watchers.map(({ longestMs }) => longestMs));
  const { requests, failures } = await asking.end();
  const head = await ticking.end();
  await settled(watchers, head);
  for (const watcher of watchers) watcher.lost += head - watcher.last;
  const moved = watchers.map(({ movedAt }) => movedAt - begin);
  await Promise.all(watchers.map(({ client }) => client.close()));
  await close();
  return {
    ...{
      lost: sum(watchers, "lost"),
      twiceOrLate: sum(watchers, "twiceOrLate"),
      gaps: sum(watchers, "gaps"),
    },
    ...{ requests, failures, handledTwice: [...handled.values()].filter((times) => times > 1).length },
    silenceMs: { before, during },
    ...{ movedMs: Math.round(Math.max(...moved)), drainedMs: Math.round(drainedMs) },
    ...{ crowd: crowdOf(moved, withinMs), moves: sum(watchers, "moves") },
    brokeFirst: sum(watchers, "brokeFirst"),
  };
}

/** Publishes 1, 2, 3 … in every room, one room after the other. */
function ticker(server: Awaited<ReturnType<typeof twoNodes>>["second"]) {
  let ticks = 0;
  let isOver = false;
  const publish = async () => {
    while (!isOver || ticks % rooms > 0) {
      const tick = Math.floor(ticks / rooms) + 1;
      await server.room("feed/:id", { id: String(ticks++ % rooms) }).publish("tick", tick);
      await passes(tickMs / rooms);
    }
  };
  const publishing = publish();
  const end = async () => {
    isOver = true;
    await publishing;
    return ticks / rooms;
  };
  return { end };
}

/** Has each client ask for something now and then, and hears how it ended. */
function asker(watchers: readonly Watcher[]) {
  const failures: Record<string, number> = {};
  const open = new Set<Promise<void>>();
  let requests = 0;
  const ask = async (watcher: Watcher): Promise<void> => {
    const key = `${watcher.name}/${requests++}`;
    const outcome = await watcher.client.request("work", key).then(
      (reply) => (reply === key ? undefined : "WRONG"),
      (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
    );
    if (outcome) failures[outcome] = (failures[outcome] ?? 0) + 1;
  };
  let next = 0;
  const perTurn = Math.ceil(watchers.length / (requestEveryMs / 10));
  const timer = setInterval(() => {
    for (let i = 0; i < perTurn; i++) {
      const asked = ask(watchers[next++ % watchers.length] as Watcher).finally(() => open.delete(asked));
      open.add(asked);
    }
  }, 10);
  const end = async () => {
    clearInterval(timer);
    await Promise.all(open);
    return { requests, failures };
  };
  return { end };
}

/** Resolves when everyone has seen the last tick, or it has been long enough. */
async function settled(watchers: readonly Watcher[], head: number): Promise<void> {
  for (let i = 0; i < 100 && watchers.some(({ last }) => last < head); i++) await passes(50);
}

type Counted = "lost" | "twiceOrLate" | "gaps" | "moves" | "brokeFirst";

function sum(watchers: readonly Watcher[], what: Counted): number {
  return watchers.reduce((total, watcher) => total + watcher[what], 0);
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { median: at(0.5), p99: at(0.99), max: at(1) };
}

function crowdOf(moments: readonly number[], withinMs: number): number {
  const counts = new Array<number>(10).fill(0);
  for (const moment of moments) {
    const tenth = Math.min(9, Math.max(0, Math.floor((moment / withinMs) * 10)));
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  return Math.max(...counts);
}
