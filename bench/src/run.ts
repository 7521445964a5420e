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
  try {
    return await workload.measure(target, options.scale);
  } finally {
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
