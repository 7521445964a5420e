// `pnpm bench`: what tautline costs beside its peers. `pnpm bench --help` says more.
// Builds the packages as they are published, installs the peers, bundles the benchmarks, and runs them.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const bench = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
// pnpm hands "--" on.
const args = process.argv.slice(2).filter((arg) => arg !== "--");

if (!args.includes("--help")) {
  pnpm(["--filter", "@tautline/client...", "--filter", "@tautline/server...", "run", "build"], root);
  // Outside the workspace: no other command downloads them.
  const frozen = ["install", "--ignore-workspace", "--frozen-lockfile", "--ignore-scripts"];
  if (!existsSync(`${bench}peers/node_modules/.modules.yaml`)) pnpm(frozen, `${bench}peers`);
}

rmSync(`${bench}dist`, { recursive: true, force: true });
const sides = readdirSync(`${bench}src/sides`, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);
await build({
  entryPoints: {
    main: `${bench}src/main.ts`,
    ...Object.fromEntries(sides.map(({ name }) => [`side-${name}`, `${bench}src/sides/${name}/main.ts`])),
  },
  outdir: `${bench}dist`,
  ...{ bundle: true, splitting: true, platform: "node", format: "esm", target: "node20" },
  // The packages stay outside: what is measured is what a user installs.
  ...{ packages: "external", sourcemap: true, logLevel: "error" },
});

const { status } = spawnSync(process.execPath, ["--enable-source-maps", `${bench}dist/main.js`, ...args], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;

/** Runs the pnpm that runs this script; when something else does, the one the repository is pinned to. */
function pnpm(pnpmArgs, cwd) {
  const running = process.env.npm_execpath;
  const isPnpm = running?.includes("pnpm") && /\.[cm]?js$/.test(running);
  const [command, ...first] = isPnpm ? [process.execPath, running] : ["npx", "-y", "pnpm@10.34.9"];
  const shell = process.platform === "win32" && !isPnpm;
  const { status, stdout, stderr } = spawnSync(command, [...first, ...pnpmArgs], {
    ...{ cwd, shell, encoding: "utf8" },
  });
  if (status === 0) return;
  console.error(`${stdout}${stderr}\n${["pnpm", ...pnpmArgs].join(" ")} failed`);
  process.exit(1);
}
