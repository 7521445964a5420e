import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

// All bundles lie in bench/dist.
/** The folder of the benchmarks, with a slash at its end. */
export const benchFolder: string = fileURLToPath(new URL("..", import.meta.url));

/** Where the peers are installed. */
export const peersFolder: string = `${benchFolder}peers/`;

const fromPeers = createRequire(`${peersFolder}package.json`);

/** Loads a peer. */
export function requirePeer(name: string): unknown {
  return fromPeers(name);
}

/** The version of a peer that is installed. */
export function peerVersion(name: string): string {
  return (fromPeers(`${peersFolder}node_modules/${name}/package.json`) as { version: string }).version;
}

/** The executable of Bun for this machine. Its package would be set up by a script of its own, which is not run. */
export function bunPath(): string {
  const architecture = process.arch === "arm64" ? "aarch64" : process.arch;
  const fromBun = createRequire(fromPeers.resolve("bun/package.json"));
  const file = process.platform === "win32" ? "bun.exe" : "bun";
  return fromBun.resolve(`@oven/bun-${process.platform}-${architecture}/bin/${file}`);
}
