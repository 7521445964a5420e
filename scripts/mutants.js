// `pnpm mutants`: plants each of the known bugs, one after another, and shows that it is found, and after how many seeds.
// `--only NAME,NAME` hunts some, `--most 300` bounds the seeds from each start. Exit code 1 when one is not found.
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { bundleProgram } from "./bundle-program.js";
import { huntMutant } from "./hunt-mutants.js";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: { only: { type: "string" }, most: { type: "string" } },
});
const { mutants, mutate } = await import(pathToFileURL(await bundleProgram("tests/mutants/mutants.ts")).href);
const hunted = mutants.filter(
  ({ name }) => values.only === undefined || values.only.split(",").includes(name),
);
const options = { starts: [1, 10_001, 20_001], most: Number(values.most ?? 1_000) };

const survivors = [];
const waiting = [...hunted];
await Promise.all(Array.from({ length: availableParallelism() }, hunter));

console.log(`\n${hunted.length - survivors.length} of ${hunted.length} planted bugs found`);
if (survivors.length > 0) console.log(`not found: ${survivors.join(", ")}`);
process.exitCode = survivors.length > 0 ? 1 : 0;

async function hunter() {
  for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
    const catches = await huntMutant(mutant, mutate, options);
    const isCaught = catches.every(({ invariant }) => invariant !== undefined);
    if (!isCaught) survivors.push(mutant.name);
    const mean = catches.reduce((sum, { seeds }) => sum + seeds, 0) / catches.length;
    const by = [...new Set(catches.map(({ invariant = "nothing" }) => invariant))].join(", ");
    const seeds = mutant.caughtBy ? "a test" : `${mean.toFixed(1)} seeds`;
    console.log(
      `${isCaught ? "found " : "MISSED"} ${mutant.row.padEnd(4)} ${mutant.name}: ${seeds}, by ${by}`,
    );
  }
}
