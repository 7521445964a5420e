import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import { build as buildPage, defaultClientConditions } from "vite";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const source = "@tautline/source";

/** The demo, built from source into a folder of its own: nobody else's build is touched. */
export interface DemoBuild extends AsyncDisposable {
  readonly server: string;
}

export async function buildDemo(): Promise<DemoBuild> {
  const folder = await mkdtemp(join(tmpdir(), "tautline-demo-"));
  for (const name of ["demo", "chat", "dashboard"]) {
    await buildPage({
      configFile: false,
      logLevel: "warn",
      root: join(examples, name, "page"),
      base: "./",
      resolve: { conditions: [source, ...defaultClientConditions] },
      build: { outDir: join(folder, name), emptyOutDir: true, target: "es2022" },
    });
  }
  const server = join(folder, "server.mjs");
  await bundle({
    entryPoints: [fileURLToPath(new URL("./serve-demo.ts", import.meta.url))],
    outfile: server,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: [source],
    // What is bundled of CommonJS asks for `require`.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return { server, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
