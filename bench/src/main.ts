import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { bounds } from "./bounds.js";
import { judge } from "./judge.js";
import { machineOf } from "./machine.js";
import { benchFolder } from "./peers.js";
import { pinLoad } from "./pinning.js";
import { costTable, sizeTable, verdictTable } from "./report/table.js";
import type { Results, Row } from "./results.js";
import { runWorkload } from "./run.js";
import { startTargetProcess } from "./target-process.js";
import { bundleSizes } from "./workloads/bundle-sizes.js";
import type { Scale } from "./workloads/workload.js";
import { workloads } from "./workloads/workloads.js";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const scale: Scale = values.short
  ? { clients: 100, measureMs: 100, warmUpMs: 100 }
  : { clients: 10_000, measureMs: 2_000, warmUpMs: 1_000 };
const rounds = Number(values.rounds ?? (values.short ? 1 : 5));
const only = values.only?.split(",");

pinLoad();
const rows: Row[] = [];
for (const workload of workloads) {
  if (only && !only.includes(workload.name)) continue;
  const onCosts = (side: string, round: number, costs: ReadonlyMap<string, number>) =>
    console.error(
      `  ${workload.name} ${round}/${rounds} ${side} ${[...costs.values()].map((v) => v.toFixed(2)).join(" ")}`,
    );
  rows.push(...(await runWorkload(workload, { scale, rounds, startTarget: startTargetProcess, onCosts })));
}
const bundles = only && !only.includes("bundle-sizes") ? [] : await bundleSizes();
const verdicts = judge({ rows, bundles }, bounds);
const results: Results = {
  takenAt: new Date().toISOString(),
  command: "pnpm bench",
  rounds,
  machine: machineOf(),
  ...{ rows, bundles, verdicts },
};
console.log(`${costTable(rows)}\n\n${sizeTable(bundles)}\n\n${verdictTable(verdicts)}`);
mkdirSync(`${benchFolder}results`, { recursive: true });
writeFileSync(
  `${benchFolder}results/${values.short ? "short" : "latest"}.json`,
  JSON.stringify(results, null, 2),
);
