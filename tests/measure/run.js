// Measures on this machine: `node tests/measure/run.js drain|storm|stall [clients] [milliseconds]`. Bundles the sources first, so
// that nothing has to be built.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = mkdtempSync(join(tmpdir(), "tautline-measure-"));
const outfile = join(folder, "main.mjs");
try {
  await build({
    entryPoints: [fileURLToPath(new URL("main.ts", import.meta.url))],
    ...{ bundle: true, platform: "node", format: "esm", target: "node20", outfile, logLevel: "error" },
    conditions: ["@tautline/source"],
    // `ws` is CommonJS, and asks for Node's own modules by `require`.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  process.exitCode =
    spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
