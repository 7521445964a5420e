// `pnpm chaos`: real processes, a proxy between them that goes wrong, and the simulation's checker. `pnpm chaos --help` says more.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { bundleSimulation } from "./bundle-simulation.js";

const bundle = await bundleSimulation("tests/processes/chaos.ts");
// pnpm hands "--" on.
const args = process.argv.slice(2).filter((arg) => arg !== "--");
const { status } = spawnSync(process.execPath, ["--enable-source-maps", bundle, ...args], {
  stdio: "inherit",
});
rmSync(dirname(bundle), { recursive: true, force: true });
process.exitCode = status ?? 1;
