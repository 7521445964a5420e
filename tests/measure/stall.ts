import { setTimeout as passes } from "node:timers/promises";
import type { Crowd, CrowdReport } from "./crowd.js";
import { oneNode } from "./one-node.js";
import { startTicker } from "./ticker.js";

/** How long a server stands still. */
export interface Stall {
  readonly stallMs: number;
  /** The server's heartbeat: it stands still longer than it would wait for a pong. */
  readonly heartbeat: { readonly intervalMs: number; readonly graceMs: number };
}

/** What became of clients whose server did nothing at all for a while. */
export interface StallReport extends Omit<CrowdReport, "movedAt"> {
  /** Connections that the server took for dead. */
  readonly heartbeatsMissed: number;
}

/** Has a server stand still, as a handler does that computes, and looks at whom it takes for dead when it goes on. */
export async function measureStall(
  { stallMs, heartbeat }: Stall,
  crowdOf: (url: string) => Crowd,
): Promise<StallReport> {
  const node = await oneNode({ heartbeat });
  const crowd = crowdOf(node.url);
  await crowd.join();
  const ticker = startTicker(node.server);
  // By now each client was asked for a pong, and will be again while nobody listens.
  await passes(heartbeat.intervalMs + heartbeat.graceMs);
  const end = performance.now() + stallMs;
  while (performance.now() < end);
  await passes(heartbeat.intervalMs + heartbeat.graceMs);
  const { heartbeatsMissed } = node.server.stats().totals;
  const { movedAt: _, ...report } = await crowd.finish(await ticker.stop());
  await node.close();
  return { ...report, heartbeatsMissed };
}
