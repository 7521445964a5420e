import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";

describe("the demo's command", () => {
  let folder: string;
  let running: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tautline-command-"));
    await build({
      entryPoints: [fileURLToPath(new URL("../src/main.ts", import.meta.url))],
      outfile: join(folder, "main.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      conditions: ["@tautline/source"],
      // What is bundled of CommonJS asks for `require`.
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    });
    await mkdir(join(folder, "page"));
    await writeFile(join(folder, "page/index.html"), "a page");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => {
    for (const one of running) one.kill("SIGKILL");
    running = [];
  });

  function start(port: string) {
    const program = spawn(process.execPath, [join(folder, "main.mjs")], {
      env: { ...process.env, PORT: port },
    });
    running.push(program);
    let output = "";
    for (const stream of [program.stdout, program.stderr]) stream.on("data", (text) => (output += text));
    return { program, output: () => output, ended: once(program, "close") as Promise<[number | null]> };
  }

  async function started() {
    const demo = start("0");
    const port = await vi.waitFor(
      () => /listening on http:\/\/localhost:(\d+)\n/.exec(demo.output())?.[1] ?? expect.fail(),
      {
        timeout: 10_000,
      },
    );
    return { ...demo, port };
  }

  it("prints its address, and says goodbye to everyone when it is interrupted", async () => {
    const { program, port, ended, output } = await started();
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe("a page");
    const socket = new WebSocket(`ws://localhost:${port}/live`);
    await once(socket, "open");
    const closed = once(socket, "close") as Promise<[number]>;
    program.kill("SIGINT");
    expect((await closed)[0]).toBe(1012);
    expect((await ended)[0]).toBe(0);
    expect(output()).not.toMatch(/error/i);
  });

  it("says in one sentence that the port is taken, and exits with 1", async () => {
    const { port } = await started();
    const second = start(port);
    expect((await second.ended)[0]).toBe(1);
    expect(second.output().trim()).toBe(
      `Port ${port} is already in use. Stop what listens there, or set PORT to another one.`,
    );
  });

  it("says what a port must be", async () => {
    const demo = start("eighty");
    expect((await demo.ended)[0]).toBe(1);
    expect(demo.output().trim()).toBe('PORT: expected a number from 0 to 65535, got "eighty".');
  });
});
