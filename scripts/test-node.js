// The test suite on another Node, taken from npm: `pnpm test:node 22`, or `pnpm test:node 24 --project client`.
import { spawnSync } from "node:child_process";
import { root } from "./pack.js";

const [version, ...args] = process.argv.slice(2);
if (!/^\d+(\.\d+){0,2}$/.test(version ?? "")) {
  console.error(
    `Expected a version of Node, such as 22; got ${version === undefined ? "nothing" : version}.`,
  );
  process.exit(2);
}

const command = ["-y", "-p", `node@${version}`, "node", "node_modules/vitest/vitest.mjs", "run", ...args];
const { status } = spawnSync("npx", command, {
  cwd: root,
  stdio: "inherit",
  shell: process.platform === "win32",
});
process.exitCode = status ?? 1;
