import { readFileSync } from "node:fs";
import { branchesOf, type FileBranches, isCovered } from "./engine/branches.js";
import { BlockCoverage } from "./engine/coverage.js";
import { catchEscapes, failureOf } from "./engine/failure.js";
import { type Campaign, type Finding, fuzz } from "./engine/fuzz.js";
import type { Target } from "./engine/target.js";
import { vectorOf, writeVector } from "./vectors.js";

/** Fuzzes one target for a while: `cli.mjs <bundle of the target> <seconds> <seed> <folder of vectors>`. Ends with 1 where something is wrong. */
const [url = "", seconds = "", seed = "", folder = ""] = process.argv.slice(2);

catchEscapes();
try {
  const isRight = await main();
  // Whatever a target has left behind does not hold the process.
  process.exit(isRight ? 0 : 1);
} catch (error) {
  console.error(error);
  process.exit(1);
}

async function main(): Promise<boolean> {
  const coverage = new BlockCoverage(url, readFileSync(new URL(url), "utf8"));
  coverage.start();
  const { target } = (await import(url)) as { readonly target: Target };
  coverage.watch((file) => isCovered(file, target.covers));
  const end = Date.now() + Number(seconds) * 1000;
  const campaign = await fuzz(target, {
    seed: Number(seed),
    goesOn: () => Date.now() < end,
    feedback: coverage,
  });
  const { runs, corpus, finding } = campaign;
  console.log(
    `${target.name}: ${runs.toLocaleString("en")} runs, ${corpus.length} inputs that reach something of their own`,
  );
  if (finding) {
    report(target, finding);
    return false;
  }
  return hasReached(target, await reached(target, campaign, coverage));
}

function report({ name }: Target, { input, error }: Finding): void {
  const file = writeVector(folder, name, vectorOf(input, error));
  console.error(`${name}: found with seed ${seed}, written to ${file}:`);
  console.error(JSON.stringify(Buffer.from(input).toString("latin1")));
  console.error(error);
}

/** What the corpus reaches together is all that was reached. */
async function reached(
  target: Target,
  { corpus }: Campaign,
  coverage: BlockCoverage,
): Promise<readonly FileBranches[]> {
  coverage.take();
  for (const input of corpus) await failureOf(target, input);
  return branchesOf(coverage.take(), target.covers);
}

/** Prints the branches, and compares them with what the target asks for. */
function hasReached({ name, leastBranches = 0 }: Target, files: readonly FileBranches[]): boolean {
  for (const { file, covered, total, missed } of files) {
    const lines = missed.length === 0 ? "" : `, not at line ${missed.join(", ")}`;
    console.log(`  ${file}: ${covered} of ${total}${lines}`);
  }
  const sum = (part: "covered" | "total") => files.reduce((before, file) => before + file[part], 0);
  const share = sum("covered") / sum("total");
  console.log(`${name}: ${(100 * share).toFixed(1)} % of the branches`);
  if (share >= leastBranches) return true;
  console.error(`${name}: expected at least ${100 * leastBranches} %`);
  return false;
}
