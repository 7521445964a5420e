// `pnpm attacks`: the attacks of tests/attacks in full numbers, which takes some minutes. `pnpm attacks -t A-27` does one of them.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./pack.js";

// pnpm hands "--" on.
const args = process.argv.slice(2).filter((arg) => arg !== "--");
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const run = [vitest, "run", "--project", "apart-attacks", "--testTimeout", "600000", ...args];
const env = { ...process.env, TAUTLINE_ATTACKS: "long" };
const { status } = spawnSync(process.execPath, run, { cwd: root, stdio: "inherit", env });
process.exitCode = status ?? 1;
