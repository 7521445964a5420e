import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

const cores = availableParallelism();

/** Where a process can be held on a core. */
const canPin = cores > 1 && spawnSync("taskset", ["-V"]).status === 0;

/** The last core is the servers', all others are the load's. Most interrupts go to the first. */
const serverCore = cores - 1;

/** How the processes are spread over the cores, for the report. */
export const pinning: string = canPin
  ? `server on core ${serverCore}, load on ${cores === 2 ? "core 0" : `cores 0–${serverCore - 1}`}`
  : "not pinned";

/** The command that runs a server on its core. */
export function pinned(command: readonly string[]): readonly string[] {
  return canPin ? ["taskset", "-c", String(serverCore), ...command] : command;
}

/** Keeps this process, which is the load, off the server's core. */
export function pinLoad(): void {
  if (canPin) spawnSync("taskset", ["-a", "-c", "-p", `0-${serverCore - 1}`, String(process.pid)]);
}
