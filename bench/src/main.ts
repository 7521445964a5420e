import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { bounds } from "./bounds.js";
import { judge } from "./judge.js";
import { machineOf } from "./machine.js";
import { help, type Options, optionsOf } from "./options.js";
import { benchFolder } from "./peers.js";
import { pinLoad } from "./pinning.js";
import { pictureOf } from "./report/picture.js";
import { withFigures } from "./report/readme-section.js";
import { costTable, sizeTable, verdictTable } from "./report/table.js";
import type { Results, Row } from "./results.js";
import { runWorkload } from "./run.js";
import { startTargetProcess } from "./target-process.js";
import { bundleSizes } from "./workloads/bundle-sizes.js";
import type { Workload } from "./workloads/workload.js";
import { workloads } from "./workloads/workloads.js";

/** The sizes of clients are no workload of a server, but can be chosen as one. */
const sizes = "bundle-sizes";

const options = readOptions();
if (options.isHelp) console.log(help);
else await bench(options);

function readOptions(): Options {
  try {
    return optionsOf(process.argv.slice(2), [...workloads.map(({ name }) => name), sizes]);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    process.exit(2);
  }
}

async function bench({ only, ...how }: Options): Promise<void> {
  const isChosen = (name: string) => only?.includes(name) ?? true;
  pinLoad();
  const rows: Row[] = [];
  for (const workload of workloads.filter(({ name }) => isChosen(name)))
    rows.push(...(await measured(workload, how)));
  const bundles = isChosen(sizes) ? await bundleSizes() : [];
  console.log([costTable(rows), sizeTable(bundles)].filter(Boolean).join("\n\n"));
  if (how.isShort) return;
  const all = judge({ rows, bundles }, bounds);
  const verdicts = only ? all.filter(({ measured }) => measured !== undefined) : all;
  console.log(`\n${verdictTable(verdicts)}`);
  if (!verdicts.every(({ holds }) => holds)) process.exitCode = 1;
  if (only) return;
  const taken = { takenAt: new Date().toISOString(), command: "npx -y pnpm@10.34.9 bench" };
  write({ ...taken, rounds: how.rounds, machine: machineOf(), rows, bundles, verdicts });
}

async function measured(workload: Workload, { scale, rounds }: Omit<Options, "only">): Promise<Row[]> {
  return runWorkload(workload, {
    ...{ scale, rounds, startTarget: startTargetProcess },
    // To the side of the results: it only says how far it is.
    onCosts: (side, round) => console.error(`${workload.name}, round ${round} of ${rounds}: ${side}`),
  });
}

function write(results: Results): void {
  const folder = `${benchFolder}results/`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}latest.json`, `${JSON.stringify(results, null, 2)}\n`);
  for (const theme of ["light", "dark"] as const)
    writeFileSync(`${folder}${theme}.svg`, pictureOf(results, theme));
  const readme = `${benchFolder}../README.md`;
  writeFileSync(readme, withFigures(readFileSync(readme, "utf8"), results));
}
