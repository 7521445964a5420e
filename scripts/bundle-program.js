// Bundles a program of the tests from source: nothing needs to be built before.
import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./pack.js";

// esbuild is a dependency of the tests.
const fromTests = createRequire(join(root, "tests/package.json"));

/**
 * @param {string} entry a path from the root of the repository
 * @param {readonly import("esbuild").Plugin[]} [plugins]
 * @returns {Promise<string>} the bundle's path
 */
export async function bundleProgram(entry, plugins = []) {
  const { build } = await import(pathToFileURL(fromTests.resolve("esbuild")).href);
  const folder = await mkdtemp(join(tmpdir(), "tautline-program-"));
  const outfile = join(folder, "bundle.mjs");
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // The source of the packages, not their build.
    conditions: ["@tautline/source"],
    sourcemap: "inline",
    logLevel: "error",
    plugins: [...plugins],
    // What ws loads by itself is CommonJS.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return outfile;
}
