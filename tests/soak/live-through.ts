import { setTimeout as later } from "node:timers/promises";
import type { ServerStats } from "@tautline/server";
import { startServer } from "../client-server/setup.js";
import { type Census, census } from "./census.js";
import type { Life } from "./lives.js";
import { bytesPerLife, type Point } from "./trend.js";

/** So many lives at once. */
const lanes = 20;
/** So many, and no more than are counted, come before anything is counted: until then code is compiled, and what has a bound of its own fills to it. */
const warmUp = 2_000;
const measurements = 10;
/** What code, and what is known of types, may still grow by once these are over. */
const slackBytes = 524_288;
/** Less than the smallest thing that could be kept of a life. */
const maxBytesPerLife = 16;

export interface LongRun {
  readonly title: string;
  readonly lives: number;
  readonly bytesPerLife: number;
  readonly first: Census;
  readonly last: Census;
  /** What is wrong, in words. */
  readonly faults: readonly string[];
}

interface Measurement extends Point {
  readonly census: Census;
}

/** Lives many lives against one server, and looks again and again at what they leave behind. `leakBytes` are kept of each on purpose. */
export async function liveThrough(
  title: string,
  life: Life,
  lives: number,
  leakBytes: number,
): Promise<LongRun> {
  const limits = { messages: 1e9, volatile: 1e9, protocol: 1e9, pings: 1e9 };
  const { server, url } = await startServer(0, {
    rateLimit: limits,
    // A handler outlives its client; each measurement waits for the last one.
    deadlines: { handlerMs: 500 },
    answers: { ttlMs: 500 },
    rooms: { "chat/:id": { history: { size: 20 }, graceMs: 0 } },
  });
  // Of a client that has gone, nobody waits for the answer.
  server.handle(
    "wait",
    ({ signal }) => new Promise<number>((_, reject) => signal.addEventListener("abort", reject)),
  );
  const leak: number[][] = [];
  let lived = 0;
  const points: Measurement[] = [];
  for (let i = 0; i <= measurements; i++) {
    const end = Math.min(warmUp, lives) + Math.round((lives * i) / measurements);
    const lane = async () => {
      while (lived < end) {
        await life(url, lived++);
        if (leakBytes > 0) leak.push(Array.from({ length: leakBytes / 8 }, () => 1));
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    await deserted(() => server.stats());
    const now = await census();
    points.push({ lives: lived, bytes: now.heapBytes, census: now });
  }
  await server.close();
  return judged(title, lives, points);
}

/** Resolves when nothing of its clients is left in the server. */
async function deserted(stats: () => ServerStats): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const { connections, pending, users, rooms, memberships, handling, records, bufferedBytes } = stats();
    if (connections + pending + users + rooms + memberships + handling + records + bufferedBytes === 0)
      return;
    await later(50);
  }
  throw new Error(`expected nothing to be left of clients that are gone, got ${JSON.stringify(stats())}`);
}

function judged(title: string, lives: number, points: readonly Measurement[]): LongRun {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) throw new Error("expected measurements");
  const slope = bytesPerLife(points);
  const bound = Math.max(maxBytesPerLife, slackBytes / lives);
  const faults = [];
  if (slope > bound)
    faults.push(`${title}: expected at most ${bound.toFixed(0)} bytes a life, got ${slope.toFixed(0)}`);
  for (const what of ["timers", "listeners"] as const) {
    if (last.census[what] > first.census[what])
      faults.push(`${title}: expected ${first.census[what]} ${what}, got ${last.census[what]}`);
  }
  return { title, lives, bytesPerLife: slope, first: first.census, last: last.census, faults };
}
