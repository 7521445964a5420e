// `pnpm fuzz`: feeds whatever reads input from outside, and follows what reaches new code. `pnpm fuzz --help` says more.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { root } from "./pack.js";

const help = `pnpm fuzz [--seconds 60] [--target NAME] [--seed N]

Feeds each target for its part of the seconds. What fails is made smaller, printed, and written to tests/fuzz/vectors, which the ordinary tests replay.
--seed says with which dice; without it each run has others. The targets: `;

const folder = join(root, "tests/fuzz");
const names = readdirSync(join(folder, "targets")).map((file) => basename(file, ".ts"));
const { values } = parseArgs({
  // pnpm hands "--" on.
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: {
    help: { type: "boolean", default: false },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    target: { type: "string" },
  },
});
const targets = names.filter((name) => values.target === undefined || name === values.target);
const seconds = Number(values.seconds) / targets.length;
if (values.help) console.log(help + names.join(", "));
else if (targets.length === 0 || !(seconds > 0)) {
  console.error(help + names.join(", "));
  process.exitCode = 1;
} else await fuzzAll();

async function fuzzAll() {
  // Inside node_modules of the tests, so that what is not bundled is found from there.
  const cache = join(root, "tests/node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, "fuzz-"));
  try {
    await bundle(out);
    for (const name of targets) {
      const url = pathToFileURL(join(out, "targets", `${name}.mjs`)).href;
      const args = [join(out, "cli.mjs"), url, String(seconds), values.seed, join(folder, "vectors")];
      // A target that needs more memory than this has found something, too.
      const { status } = spawnSync(process.execPath, ["--max-old-space-size=1024", ...args], {
        stdio: "inherit",
      });
      if (status !== 0) {
        console.error(`${name}: failed; again by: pnpm fuzz --target ${name} --seed ${values.seed}`);
        process.exitCode = 1;
      }
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Each target is a bundle of its own with what it tests: of one small script, what has run is read fast. */
async function bundle(/** @type {string} */ outdir) {
  const fromTests = createRequire(join(root, "tests/package.json"));
  const { build } = await import(pathToFileURL(fromTests.resolve("esbuild")).href);
  await build({
    entryPoints: [join(folder, "cli.ts"), ...targets.map((name) => join(folder, "targets", `${name}.ts`))],
    outdir,
    outbase: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    // The source of the packages, not their build.
    conditions: ["@tautline/source"],
    external: ["fast-check", "acorn", "ast-v8-to-istanbul", "ws", "zod", "@msgpack/msgpack"],
    sourcemap: true,
    logLevel: "error",
    // What isomorphic-ws loads by itself is CommonJS.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
}
