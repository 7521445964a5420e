import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const folders: string[] = [];

afterAll(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

/** Makes a program for a process of its own from this TypeScript, which stands in this folder. @returns its path */
export async function bundled(contents: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tautline-"));
  folders.push(folder);
  const outfile = join(folder, "program.cjs");
  await build({
    stdin: { contents, resolveDir: here, loader: "ts" },
    ...{ bundle: true, platform: "node", conditions: ["@tautline/source"], outfile, logLevel: "error" },
  });
  return outfile;
}
