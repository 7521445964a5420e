import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as passes } from "node:timers/promises";
import { allowAll, createServer } from "@tautline/server";
import { MemoryBroker } from "@tautline/server/broker";
import { type Crowd, type CrowdReport, LocalCrowd } from "./crowd.js";
import { feed, moment, rooms } from "./feed.js";

/** How large a drain is measured. */
export interface DrainSize {
  readonly clients: number;
  /** The span of the drain, in milliseconds. */
  readonly withinMs: number;
  /** How long it is watched before the drain, and after it. */
  readonly quietMs: number;
}

/** What the clients and the two nodes saw. */
export interface DrainReport extends Omit<CrowdReport, "movedAt"> {
  /** Requests that were handled by both nodes, or twice by one. */
  readonly handledTwice: number;
  /** The longest time without any publication that a client saw, in milliseconds, over all clients. */
  readonly silenceMs: { readonly before: Spread; readonly during: Spread };
  /** When the last client had moved, from the beginning of the drain, in milliseconds. */
  readonly movedMs: number;
  /** When the draining node had ended. */
  readonly drainedMs: number;
  /** The most clients that moved within a tenth of the span. */
  readonly crowd: number;
}

interface Spread {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

const tickMs = 200;
const workMs = 50;

/** Lets a node with many busy clients leave, and looks at what they see of it. */
export async function measureDrain(
  { clients, withinMs, quietMs }: DrainSize,
  crowdOf: (url: string) => Crowd = (url) => new LocalCrowd(url, clients),
): Promise<DrainReport> {
  const { first, second, front, url, handled, close } = await twoNodes();
  const crowd = crowdOf(url);
  await crowd.join();
  const ticker = startTicker(second);
  await passes(quietMs);
  await crowd.restart();
  await passes(quietMs);
  const before = spreadOf(await crowd.silences());
  await crowd.restart();
  const begin = moment();
  front.node = second;
  await first.drain({ withinMs });
  const drainedMs = moment() - begin;
  await passes(quietMs);
  const during = spreadOf(await crowd.silences());
  const { movedAt, ...report } = await crowd.finish(await ticker.stop());
  await close();
  const moved = movedAt.map((at) => at - begin);
  return {
    ...report,
    handledTwice: [...handled.values()].filter((times) => times > 1).length,
    silenceMs: { before, during },
    ...{ movedMs: Math.round(Math.max(...moved)), drainedMs: Math.round(drainedMs) },
    crowd: mostInATenth(moved, withinMs),
  };
}

/** Two nodes of one broker behind one address, which leads to the second as soon as the first drains. */
async function twoNodes() {
  const broker = new MemoryBroker();
  const handled = new Map<string, number>();
  const node = () => {
    const server = createServer(feed, {
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

/** Publishes 1, 2, 3 … in every room, one room after the other. */
function startTicker(server: Awaited<ReturnType<typeof twoNodes>>["second"]) {
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
  const stop = async () => {
    isOver = true;
    await publishing;
    return ticks / rooms;
  };
  return { stop };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { median: at(0.5), p99: at(0.99), max: at(1) };
}

function mostInATenth(moments: readonly number[], withinMs: number): number {
  const counts = new Array<number>(10).fill(0);
  for (const at of moments) {
    const tenth = Math.min(9, Math.max(0, Math.floor((at / withinMs) * 10)));
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  return Math.max(...counts);
}
