import { createRequire } from "node:module";
import { cpus, release, totalmem, type } from "node:os";
import { peerVersion } from "./peers.js";
import { pinning } from "./pinning.js";
import type { Machine } from "./results.js";

const ownVersion = (name: string) =>
  (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;

/** This machine, and what was measured on it. */
export function machineOf(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    pinning,
    versions: {
      Node: process.versions.node,
      ws: ownVersion("ws"),
      "Socket.IO": peerVersion("socket.io"),
      Bun: peerVersion("bun"),
      zod: ownVersion("zod"),
    },
  };
}
