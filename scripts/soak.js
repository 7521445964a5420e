// `pnpm soak`: whether anything is left of thousands of connections and clients that are gone. `pnpm soak --help` says more.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { bundleSimulation } from "./bundle-simulation.js";

const bundle = await bundleSimulation("tests/soak/soak.ts");
// pnpm hands "--" on.
const args = process.argv.slice(2).filter((arg) => arg !== "--");
const { status } = spawnSync(process.execPath, ["--expose-gc", bundle, ...args], { stdio: "inherit" });
rmSync(dirname(bundle), { recursive: true, force: true });
process.exitCode = status ?? 1;
