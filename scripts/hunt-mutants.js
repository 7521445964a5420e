// Hunts one planted bug: bundles the simulation with it, and runs seeds until a promise is broken.
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { bundleProgram } from "./bundle-program.js";
import { root } from "./pack.js";

const run = promisify(execFile);

/** How long a hunt from one start may take, in milliseconds: some bugs make a run endless, and that, too, is a find. */
const patienceMs = 300_000;

/**
 * @template {import("./hunt-mutants.d.ts").Prey} M
 * @param {M} mutant
 * @param {(source: string, mutant: M) => string} mutate
 * @param {{ starts: readonly number[], most: number }} options the first seeds, and the most seeds from each
 */
export async function huntMutant(mutant, mutate, { starts, most }) {
  if (mutant.caughtBy) return [await byTest(mutant, mutate)];
  const bundle = await bundleProgram("tests/mutants/hunt.ts", [planting(mutant, mutate)]);
  const without = await bundleProgram("tests/mutants/hunt.ts");
  const catches = [];
  for (const start of starts) catches.push(await fromStart({ bundle, without }, start, most));
  for (const each of [bundle, without]) await rm(dirname(each), { recursive: true, force: true });
  return catches;
}

/** A seed that fails without the bug, too, proves nothing: the hunt goes on behind it. */
async function fromStart({ bundle, without }, start, most) {
  let seeds = 0;
  while (seeds < most) {
    const found = await fromSeed(bundle, start + seeds, most - seeds);
    seeds += found.seeds;
    if (found.invariant === undefined) break;
    const { invariant } = await fromSeed(without, start + seeds - 1, 1);
    if (invariant === undefined) return { seeds, invariant: found.invariant };
  }
  return { seeds };
}

/** An esbuild plugin: the file comes with the bug in it. It throws where the bug's line is gone. */
function planting(mutant, mutate) {
  const path = join(root, mutant.file);
  let isPlanted = false;
  return {
    name: "mutant",
    setup(build) {
      build.onLoad({ filter: new RegExp(`${escaped(path.split(/[\\/]/).at(-1))}$`) }, async (args) => {
        if (args.path !== path) return undefined;
        isPlanted = true;
        return { contents: mutate(await readFile(path, "utf8"), mutant), loader: "ts" };
      });
      build.onEnd(() => {
        if (!isPlanted) throw new Error(`${mutant.name}: ${mutant.file} is not part of the simulation`);
      });
    },
  };
}

function escaped(text) {
  return text.replaceAll(".", "\\.");
}

async function fromSeed(bundle, start, most) {
  try {
    const { stdout } = await run(process.execPath, [bundle, `${start}`, `${most}`], { timeout: patienceMs });
    return JSON.parse(stdout);
  } catch (error) {
    return { seeds: 1, invariant: error.killed ? "never ends" : "crashes" };
  }
}

/** Runs the test that must fail with the bug. */
async function byTest({ name, caughtBy }, _mutate) {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = join(root, "tests/mutants/vitest.config.ts");
  const args = [
    vitest,
    "run",
    "--root",
    root,
    "--config",
    config,
    "--project",
    caughtBy.project,
    caughtBy.file,
  ];
  const env = { ...process.env, TAUTLINE_MUTANT: name };
  try {
    await run(process.execPath, args, { cwd: root, env, timeout: patienceMs });
    return { seeds: 1 };
  } catch {
    return { seeds: 1, invariant: caughtBy.file.split("/").at(-1) };
  }
}
