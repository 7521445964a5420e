// Builds the published packages and packs them, as `pnpm publish` would, into a folder.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The root of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** The packages that are published, each after those that it depends on. */
export const published = ["protocol", "server", "client", "testing", "loadtest"];

/**
 * Builds and packs every published package.
 *
 * @param {string} destination an existing folder
 * @returns {Promise<{ name: string, folder: string, tarball: string }[]>}
 */
export async function packAll(destination) {
  await Promise.all(published.map(build));
  const packed = [];
  for (const name of published) packed.push(await pack(name, destination));
  return packed;
}

async function build(name) {
  const tsup = join(root, "node_modules/tsup/dist/cli-default.js");
  await run(process.execPath, [tsup, "--silent"], { cwd: packageFolder(name) });
}

async function pack(name, destination) {
  const folder = packageFolder(name);
  const [command, ...args] = pnpmCommand();
  // npx is a .cmd on Windows, which only a shell starts.
  const options = { cwd: folder, shell: process.platform === "win32" && command === "npx" };
  await run(command, [...args, "pack", "--pack-destination", destination], options);
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return { name: `@tautline/${name}`, folder, tarball: join(destination, `tautline-${name}-${version}.tgz`) };
}

function packageFolder(name) {
  return join(root, "packages", name);
}

/** The pnpm that runs this script; when something else does, the one the repository is pinned to. */
function pnpmCommand() {
  const running = process.env.npm_execpath;
  if (running?.includes("pnpm") && /\.[cm]?js$/.test(running)) return [process.execPath, running];
  // Names the package by -p, because an npx around this one hands its own down to it.
  return ["npx", "-y", "-p", "pnpm@10.34.9", "pnpm"];
}
