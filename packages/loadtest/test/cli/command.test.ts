import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Program, startProgram } from "../../../../tests/program.js";
import { back, liveServer, plainServer } from "../setup.js";

// The command as a process of its own, and with processes of its own: bundled from source, as nothing is built for tests.

// A process takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const root = fileURLToPath(new URL("../../", import.meta.url));
let folder: string;

beforeAll(async () => {
  // Within the package, which finds its own files and dependencies by its name.
  folder = await mkdtemp(join(root, ".command-"));
  await esbuild.build({
    entryPoints: ["cli.ts", "worker-process.ts"].map((file) => join(root, "src", file)),
    bundle: true,
    outdir: folder,
    platform: "node",
    format: "esm",
    conditions: ["@tautline/source"],
    external: ["jiti"],
    logLevel: "error",
    banner: {
      js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
    },
  });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const command = (...args: string[]): Program =>
  startProgram(process.execPath, [join(folder, "cli.js"), ...args]);
const quick = ["--connections", "6", "--ramp", "50ms", "--rate", "20", "--messages", "3"];

it("ends by itself with 0, and with 1 where a threshold is missed", async () => {
  await using server = await plainServer(back);
  await using fine = command(server.url, ...quick, "--max-errors", "0");
  await using missed = command(server.url, ...quick, "--max-p50", "0ms");
  expect(await fine.ended).toBe(0);
  expect(await missed.ended).toBe(1);
});

it("ends with 2 for bad arguments, before it connects", async () => {
  await using program = command("ws://localhost:1/", "--rats");
  await program.line(/unknown option '--rats'/);
  expect(await program.ended).toBe(2);
});

it("spreads the users over processes, and merges what they tell", async () => {
  await using server = await liveServer();
  await using program = command(
    server.url,
    ...quick,
    "--processes",
    "3",
    "--room",
    "chat/a",
    "--type",
    "say",
    "--json",
  );
  // 3 messages of one sender to the 5 others, which are in three processes.
  await program.line(/"delivered": 15/);
  await program.line(/"lost": 0/);
  await program.line(/"processes": 3|"passed": true/);
  expect(await program.ended).toBe(0);
});

it.each([["1"], ["2"]])(
  "prints what it has on Ctrl-C, and ends with 130, with %s process(es)",
  async (processes) => {
    await using server = await plainServer(back);
    await using program = command(server.url, "--duration", "10m", "--rate", "20", "--processes", processes);
    await program.line(/working .*sent [1-9]/);
    program.process.kill("SIGINT");
    await program.line(/Stopped before its end/);
    await program.line(/answered +[1-9]/);
    expect(await program.ended).toBe(130);
    // Nobody is left behind.
    await expect.poll(() => server.server.clients.size).toBe(0);
  },
);

it("ends at once when it is asked twice", async () => {
  await using server = await plainServer(() => {});
  await using program = command(server.url, "--duration", "10m", "--rate", "20");
  await program.line(/working/);
  // A server that never answers a goodbye.
  for (const socket of server.server.clients) socket.pause();
  program.process.kill("SIGINT");
  program.process.kill("SIGINT");
  expect(await program.ended).toBe(130);
});

it("tells that one of its processes was killed, and ends with 1", async () => {
  const scenario = join(folder, "dies.mjs");
  const start = "({ number }) { if (number === 1) process.kill(process.pid, 'SIGKILL'); return {}; }";
  await writeFile(scenario, `export default { name: "dies", start${start} };`);
  await using server = await plainServer(back);
  await using program = command(server.url, ...quick, "--processes", "2", "--scenario", scenario);
  await program.line(/a process of the load ended by itself \(SIGKILL\)/);
  expect(await program.ended).toBe(1);
});
