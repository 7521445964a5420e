import { setTimeout as passes } from "node:timers/promises";
import { type Crowd, type CrowdReport, LocalCrowd } from "./crowd.js";
import { moment } from "./feed.js";
import { oneNode } from "./one-node.js";
import { mostInATenth, type Spread, spreadOf } from "./spread.js";
import { startTicker } from "./ticker.js";

/** What became of clients that were all cut off in one moment. */
export interface StormReport extends Omit<CrowdReport, "movedAt"> {
  /** After how many milliseconds each was back. */
  readonly backMs: Spread;
  /** The most clients that came back within a tenth of the time that it took all. */
  readonly crowd: number;
  /** How often a client lost its connection or failed to get one, for each client, on average. */
  readonly breaksPerClient: number;
}

/** Cuts all clients off at once, and looks at how they come back. */
export async function measureStorm(
  clients: number,
  crowdOf: (url: string) => Crowd = (url) => new LocalCrowd(url, clients),
): Promise<StormReport> {
  const node = await oneNode();
  const crowd = crowdOf(node.url);
  await crowd.join();
  const ticker = startTicker(node.server);
  const begin = moment();
  node.cutAll();
  do await passes(50);
  while (node.server.stats().connections < clients);
  const { movedAt, ...report } = await crowd.finish(await ticker.stop());
  await node.close();
  const back = movedAt.map((at) => at - begin);
  return {
    ...report,
    backMs: spreadOf(back),
    crowd: mostInATenth(back, Math.max(...back)),
    breaksPerClient: report.brokeFirst / clients,
  };
}
