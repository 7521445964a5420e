import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import { build as buildPage, defaultClientConditions } from "vite";
import type { TestProject } from "vitest/node";
import { chromiumPath } from "../requirements.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The demo's server, ready to be run by Node; undefined where there is no browser to visit it. */
    demoServer: string | undefined;
  }
}

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const source = "@tautline/source";

/** Builds the demo from source, into a folder of its own: nobody else's build is touched. */
export default async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!chromiumPath()) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "tautline-demo-"));
  const server = join(folder, "server.mjs");
  await Promise.all([...["demo", "chat", "dashboard"].map((name) => page(name, folder)), program(server)]);
  provide("demoServer", server);
  return () => rm(folder, { recursive: true, force: true });
}

async function page(name: string, folder: string): Promise<void> {
  await buildPage({
    configFile: false,
    logLevel: "warn",
    root: join(examples, name, "page"),
    base: "./",
    resolve: { conditions: [source, ...defaultClientConditions] },
    build: { outDir: join(folder, name), emptyOutDir: true, target: "es2022" },
  });
}

async function program(file: string): Promise<void> {
  await bundle({
    entryPoints: [fileURLToPath(new URL("./serve-demo.ts", import.meta.url))],
    outfile: file,
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
}
