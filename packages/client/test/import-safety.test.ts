import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { type BuildOptions, build } from "esbuild";
import { JSDOM } from "jsdom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
let folder: string;

/** The client as one file, as a user's bundler makes it. */
async function bundle(name: string, options: BuildOptions, contents = 'export * from "./index.ts";') {
  const outfile = join(folder, name);
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("../src", import.meta.url)) },
    bundle: true,
    outfile,
    conditions: ["@tautline/source"],
    ...options,
  });
  return outfile;
}

const forBrowser: BuildOptions = {
  platform: "browser",
  format: "iife",
  globalName: "tautline",
  write: false,
};

/** The script of a page. */
async function script(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: 'export * from "./index.ts";',
      resolveDir: fileURLToPath(new URL("../src", import.meta.url)),
    },
    bundle: true,
    conditions: ["@tautline/source"],
    ...forBrowser,
  });
  return outputFiles?.[0]?.text ?? "";
}

/** Counts constructions and never connects. */
const countingSocket = `var made = 0; var WebSocket = class { constructor() { made++; } close() {} };`;

beforeAll(async () => {
  // Inside the package, so that what is left out of a bundle is found.
  folder = await mkdtemp(fileURLToPath(new URL("../node_modules/.import-", import.meta.url)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("importing the client", () => {
  it("needs no globals at all", async () => {
    // No timers, no EventTarget, no crypto, no WebSocket: the bare language.
    const bare = createContext({});
    runInContext(await script(), bare);
    expect(runInContext("Object.keys(tautline).includes('ReconnectingWebSocket')", bare)).toBe(true);
    const client = "client = tautline.createClient({ url: 'ws://x' }); client.room('a'); client.state.kind";
    expect(runInContext(`var ${client}`, bare)).toBe("idle");
  });

  it("connects to nothing, and neither does construction with autoConnect: false", async () => {
    const page = createContext({ EventTarget, Event, Blob, setTimeout, clearTimeout, performance });
    runInContext(countingSocket + (await script()), page);
    runInContext("new tautline.ReconnectingWebSocket('ws://x', [], { autoConnect: false })", page);
    await Promise.resolve();
    expect(runInContext("made", page)).toBe(0);
    runInContext("new tautline.ReconnectingWebSocket('ws://x').close()", page);
  });

  it("takes the page's own WebSocket in a browser bundle", async () => {
    const { window } = new JSDOM("", { runScripts: "outside-only", url: "http://localhost/" });
    window.eval(
      `${countingSocket} window.WebSocket = WebSocket; ${await script()}; window.tautline = tautline;`,
    );
    // jsdom lacks what browsers have (TextEncoder, for one); a test of an app must run in it all the same.
    const made = await window.eval(
      `(async () => { const s = new tautline.ReconnectingWebSocket("ws://x"); await 0; await 0; await 0; s.close(); return made; })()`,
    );
    expect(made).toBe(1);
    expect(await script()).not.toContain("node:");
  });

  it("works in a worker", async () => {
    const file = await bundle("worker.mjs", {
      platform: "node",
      format: "esm",
      external: ["ws", "isomorphic-ws"],
    });
    const worker = new Worker(
      `import(${JSON.stringify(pathToFileURL(file).href)}).then((client) =>
        require("node:worker_threads").parentPort.postMessage(typeof client.ReconnectingWebSocket));`,
      { eval: true },
    );
    expect(await new Promise((resolve, reject) => worker.on("message", resolve).on("error", reject))).toBe(
      "function",
    );
    await worker.terminate();
  });

  it.each(["neutral", "node"] as const)(
    "and constructing without connecting works in a bundle for server-side rendering (%s), which ends by itself",
    async (platform) => {
      const file = await bundle(`ssr-${platform}.mjs`, {
        platform,
        format: "esm",
        mainFields: ["module", "main"],
        external: ["ws", "isomorphic-ws"],
      });
      const program = join(folder, `render-${platform}.mjs`);
      await writeFile(
        program,
        `import { createClient, ReconnectingWebSocket } from ${JSON.stringify(pathToFileURL(file).href)};
         createClient({ url: "ws://127.0.0.1:1" }).on("notice", () => {});
         const socket = new ReconnectingWebSocket("ws://127.0.0.1:1", [], { autoConnect: false });
         process.stdout.write("rendered " + socket.readyState);`,
      );
      const { stdout, stderr } = await run(process.execPath, [program], { timeout: 10_000 });
      expect([stdout, stderr]).toEqual(["rendered 3", ""]);
    },
  );

  it("works by require, bundled as CommonJS for Node", async () => {
    const file = await bundle("client.cjs", {
      platform: "node",
      format: "cjs",
      external: ["ws", "isomorphic-ws"],
    });
    const { stdout } = await run(process.execPath, [
      "-e",
      `process.stdout.write(typeof require(${JSON.stringify(file)}).ReconnectingWebSocket)`,
    ]);
    expect(stdout).toBe("function");
  });
});

describe("a Node process that used a reconnecting socket", () => {
  it.each([
    ["was open", "socket.addEventListener('open', () => socket.close());"],
    [
      "was cut and waits",
      "socket.addEventListener('open', () => cut()); socket.addEventListener('retry', () => socket.close());",
    ],
  ])("ends by itself after close() where the socket %s", async (_, then) => {
    const file = await bundle("process.mjs", {
      platform: "node",
      format: "esm",
      external: ["ws", "isomorphic-ws"],
    });
    const program = join(folder, "process-main.mjs");
    await writeFile(
      program,
      `import { WebSocketServer } from "ws";
       import { ReconnectingWebSocket } from ${JSON.stringify(pathToFileURL(file).href)};
       const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
       const cut = () => { for (const peer of server.clients) peer.terminate(); };
       server.on("listening", () => {
         const socket = new ReconnectingWebSocket("ws://127.0.0.1:" + server.address().port, [], {
           // A timer that is left behind would hold the process longer than this test waits.
           stableAfterMs: 60_000, connectTimeoutMs: 60_000,
         });
         ${then}
         socket.addEventListener("close", ({ willReconnect }) => {
           if (willReconnect) return;
           server.close();
           process.stdout.write("closed");
         });
       });`,
    );
    const { stdout } = await run(process.execPath, [program], { timeout: 10_000 });
    expect(stdout).toBe("closed");
  });
});
