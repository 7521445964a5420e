import type { Row } from "./results.js";
import type { SideName } from "./sides/side.js";
import { sides } from "./sides/sides.js";
import { spreadOf } from "./statistics.js";
import type { StartTarget } from "./target.js";
import type { Costs, Scale, Workload } from "./workloads/workload.js";

/** How a workload is run. */
export interface RunOptions {
  readonly scale: Scale;
  readonly rounds: number;
  readonly startTarget: StartTarget;
  /** Told of each side of each round. */
  readonly onCosts?: ((side: SideName, round: number, costs: Costs) => void) | undefined;
}

/** A workload takes half a minute; one that waits for what never comes shall not wait for ever. */
const deadlineMs = 180_000;

/** Runs a workload on each side in turn, again and again: A B A B. Each time the server is a new process. */
export async function runWorkload(workload: Workload, options: RunOptions): Promise<Row[]> {
  const rounds = new Map<SideName, Costs[]>(workload.sides.map((side) => [side, []]));
  for (let round = 1; round <= options.rounds; round++) {
    for (const [side, measured] of rounds) {
      const costs = await runOnce(workload, side, options);
      measured.push(costs);
      options.onCosts?.(side, round, costs);
    }
  }
  return workload.figures.map((figure) => ({ ...figure, costs: costsOf(figure.id, rounds) }));
}

async function runOnce(workload: Workload, side: SideName, options: RunOptions): Promise<Costs> {
  const compression = workload.compression === true;
  const target = await options.startTarget(sides[side], { compression });
  const late = failure(`expected ${workload.name} on ${side} to end within ${deadlineMs} ms`);
  try {
    return await Promise.race([workload.measure(target, options.scale), late.promise]);
  } finally {
    late.cancel();
    await target.close();
  }
}

function costsOf(figure: string, rounds: ReadonlyMap<SideName, readonly Costs[]>): Row["costs"] {
  return Object.fromEntries(
    [...rounds].flatMap(([side, costs]) => {
      const values = costs.flatMap((each) => each.get(figure) ?? []);
      return values.length === 0 ? [] : [[side, spreadOf(values)]];
    }),
  );
}

/** Fails when the deadline is over, unless it is cancelled before. */
function failure(message: string): { readonly promise: Promise<never>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), deadlineMs);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}
