import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as passes } from "node:timers/promises";
import { MemoryBroker } from "@tautline/server/broker";
import { type Crowd, type CrowdReport, LocalCrowd } from "./crowd.js";
import { moment } from "./feed.js";
import { feedNode } from "./feed-node.js";
import { mostInATenth, type Spread, spreadOf } from "./spread.js";
import { startTicker } from "./ticker.js";

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
  const node = () =>
    feedNode({ broker }).handle("work", async ({ data }) => {
      handled.set(data, (handled.get(data) ?? 0) + 1);
      await passes(workMs * Math.random());
      return data;
    });
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
