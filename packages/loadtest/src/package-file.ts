import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The path of a file of this package, from its source as from its build: both find the package by its own name. */
export function packageFile(name: string): string {
  const manifest = createRequire(import.meta.url).resolve("@tautline/loadtest/package.json");
  return join(dirname(manifest), name);
}
