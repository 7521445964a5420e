import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { packAll, root } from "../../scripts/pack.js";

const run = promisify(execFile);

declare module "vitest" {
  interface ProvidedContext {
    /** An empty project outside the repository, into which the packed tarballs were installed; or why there is none. */
    readonly consumer: { readonly folder: string; readonly failure?: string };
  }
}

/** Packs the published packages and installs them where a user would: in a project that knows nothing of this one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "tautline-consumer-"));
  try {
    await fill(folder);
    project.provide("consumer", { folder });
  } catch (error) {
    // Thrown here it would end the whole run, all other projects too; so it is told to the tests that need this one.
    project.provide("consumer", { folder, failure: String(error) });
  }
  return () => rm(folder, { recursive: true, force: true });
}

async function fill(folder: string): Promise<void> {
  const packed = await packAll(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify(await manifest(packed), null, 2));
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], {
    cwd: folder,
    shell: process.platform === "win32",
  });
  await cp(fileURLToPath(new URL("programs", import.meta.url)), folder, { recursive: true });
}

/** The tarballs, and what the programs import besides: at the versions that the repository has. */
async function manifest(packed: readonly { name: string; tarball: string }[]): Promise<object> {
  const extras = ["@msgpack/msgpack", "@opentelemetry/api", "idb", "prom-client", "zod", "@types/node"];
  const installed = await Promise.all(
    extras.map(async (name) => {
      const text = await readFile(join(root, "tests/node_modules", name, "package.json"), "utf8");
      return [name, (JSON.parse(text) as { version: string }).version] as const;
    }),
  );
  const dependencies = Object.fromEntries([
    ...packed.map(({ name, tarball }) => [name, `file:${tarball}`] as const),
    ...installed,
  ]);
  return { name: "consumer", private: true, type: "module", dependencies };
}
