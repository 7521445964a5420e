// Runs a program of the tests in a process of its own, from source, with the arguments of this command, and ends as it ends.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { bundleProgram } from "./bundle-program.js";

/**
 * @param {string} entry a path from the root of the repository
 * @param {readonly string[]} [nodeOptions]
 */
export async function runProgram(entry, nodeOptions = ["--enable-source-maps"]) {
  const bundle = await bundleProgram(entry);
  // pnpm hands "--" on.
  const args = process.argv.slice(2).filter((arg) => arg !== "--");
  const { status } = spawnSync(process.execPath, [...nodeOptions, bundle, ...args], { stdio: "inherit" });
  rmSync(dirname(bundle), { recursive: true, force: true });
  process.exitCode = status ?? 1;
}
