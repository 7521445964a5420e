// `pnpm sim`: runs many schedules side by side, or one seed again. scripts/sim.js bundles and starts this.
import { availableParallelism, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type Campaign, campaign, together } from "./campaign.js";
import { missing, situations } from "./coverage/situations.js";
import { failureText, scheduleText, summary } from "./report.js";
import { run } from "./run.js";
import { generate } from "./schedule/generate.js";
import { shrink } from "./shrink.js";

interface Task {
  readonly first: number;
  readonly schedules: number;
  readonly step: number;
}

const usage = `pnpm sim                    2000 schedules
pnpm sim --schedules 50000  as many as you like
pnpm sim --from 7           seeds from 7 on
pnpm sim --workers 1        on so many cores; on all of them otherwise
pnpm sim --nice 10          gives way to whatever else runs here (0 to 19)
pnpm sim --seed 7           one seed: its violations, twice, and the smallest schedule that breaks the same
pnpm sim --seed 7 --history its whole record, a line each`;

if (isMainThread) process.exitCode = await main();
else {
  const { first, schedules, step } = workerData as Task;
  parentPort?.postMessage(await campaign(first, schedules, step));
}

async function main(): Promise<number> {
  const options = {
    seed: { type: "string" },
    schedules: { type: "string" },
    from: { type: "string" },
    workers: { type: "string" },
    nice: { type: "string" },
  } as const;
  const flags = { history: { type: "boolean" }, help: { type: "boolean" } } as const;
  const { values } = parseArgs({ options: { ...options, ...flags } });
  if (values.help) return say(usage, 0);
  if (values.seed !== undefined) return again(Number(values.seed), values.history ?? false);
  if (values.nice !== undefined) setPriority(Number(values.nice));
  const workers = Number(values.workers ?? availableParallelism());
  return many(Number(values.from ?? 1), Number(values.schedules ?? 2_000), workers);
}

/** Runs many side by side. Fails when a promise was broken, or when an interesting situation was never met. */
async function many(from: number, schedules: number, most: number): Promise<number> {
  const workers = Math.min(most, schedules);
  const start = performance.now();
  const parts = Array.from({ length: workers }, (_, i) =>
    inWorker({ first: from + i, schedules: Math.floor((schedules - i - 1) / workers) + 1, step: workers }),
  );
  const all = { ...together(await Promise.all(parts)), seconds: (performance.now() - start) / 1_000 };
  for (const failure of all.failures.slice(0, 10)) console.log(failureText(failure));
  const unmet = schedules >= 2_000 ? missing(all.counts) : [];
  for (const situation of unmet) console.log(`never met: ${situation} (${situations[situation]})`);
  return say(summary(all), all.failures.length > 0 || unmet.length > 0 ? 1 : 0);
}

function inWorker(task: Task): Promise<Campaign> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: task });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** Runs one seed twice, to see that it does the same, and makes it smaller where it fails. */
async function again(seed: number, withHistory: boolean): Promise<number> {
  const schedule = generate(seed);
  const [once, twice] = [await run(schedule), await run(schedule)];
  if (withHistory) for (const record of once.history) console.log(JSON.stringify(record));
  const isSame = once.hash() === twice.hash();
  console.log(
    `seed ${seed}: ${once.history.length} events, hash ${once.hash()}${isSame ? "" : `, then ${twice.hash()}`}`,
  );
  if (!isSame) return say("it did not do the same twice", 1);
  if (once.violations.length === 0) return say("all promises kept", 0);
  console.log(failureText({ seed, violations: once.violations }));
  const broken = once.violations[0]?.invariant;
  const smaller = await shrink(schedule, async (candidate) => {
    const { violations } = await run(candidate);
    return violations.some(({ invariant }) => invariant === broken);
  });
  console.log(`${smaller.steps.length} of ${schedule.steps.length} steps are enough:`);
  return say(scheduleText(smaller), 1);
}

function say(text: string, code: number): number {
  console.log(text);
  return code;
}
