import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import * as esbuild from "esbuild";
import * as vite from "vite";
import { describe, expect, it } from "vitest";
import { consumerFolder } from "./consumer.js";

const run = promisify(execFile);
const consumer = consumerFolder();

const entries = {
  "page.mjs":
    'import { ReconnectingWebSocket } from "@tautline/client"; globalThis.Socket = ReconnectingWebSocket;',
  "page.cjs": 'globalThis.Socket = require("@tautline/client").ReconnectingWebSocket;',
};

/** A page's world as far as a socket needs one. Keeps the urls that were dialled. */
function page(): { dialled: string[]; Socket?: new (url: string) => unknown } & Record<string, unknown> {
  const dialled: string[] = [];
  class WebSocket {
    constructor(url: string) {
      dialled.push(url);
    }
  }
  return {
    dialled,
    WebSocket,
    ...timers,
    console,
    URL,
    TextDecoder,
    TextEncoder,
    EventTarget,
    Event,
    performance,
    queueMicrotask,
  };
}
const timers = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate };

/** Runs a bundle as a classic script and opens a socket with what it left behind. */
async function dialFrom(code: string): Promise<string[]> {
  const globals = page();
  runInContext(`${code}; globalThis.socket = new Socket("ws://example.test/live");`, createContext(globals));
  await expect.poll(() => globals.dialled).toHaveLength(1);
  return globals.dialled;
}

describe.each(Object.entries(entries))("the client in a page's bundle, from %s", (file, text) => {
  it("is bundled by esbuild, without Node's modules, and dials", async () => {
    await writeFile(join(consumer, file), text);
    const { outputFiles, warnings } = await esbuild.build({
      absWorkingDir: consumer,
      entryPoints: [file],
      bundle: true,
      write: false,
      platform: "browser",
      format: "iife",
      logLevel: "silent",
    });
    expect(warnings).toEqual([]);
    expect(await dialFrom(outputFiles[0]?.text ?? "")).toEqual(["ws://example.test/live"]);
  });
});

describe("the codec of MessagePack in a page's bundle", () => {
  it("is bundled by esbuild, and evaluates no text: it works under a strict content security policy", async () => {
    await writeFile(
      join(consumer, "codec.mjs"),
      'import { msgpackCodec } from "@tautline/protocol/msgpack"; globalThis.codec = msgpackCodec;',
    );
    const { outputFiles, warnings } = await esbuild.build({
      absWorkingDir: consumer,
      entryPoints: ["codec.mjs"],
      bundle: true,
      write: false,
      platform: "browser",
      format: "iife",
      logLevel: "silent",
    });
    expect(warnings).toEqual([]);
    const globals = createContext(page(), { codeGeneration: { strings: false, wasm: false } });
    const program =
      "codec.decode(codec.encode({ type: 'x', data: new Uint8Array([7]) }).value.payload).value.data[0]";
    expect(runInContext(`${outputFiles[0]?.text ?? ""}; ${program}`, globals)).toBe(7);
  });
});

describe("the packages in a Vite project", () => {
  const build = async (config: vite.InlineConfig) => {
    await writeFile(join(consumer, "vite-page.mjs"), entries["page.mjs"]);
    const built = await vite.build({ root: consumer, configFile: false, logLevel: "silent", ...config });
    return (Array.isArray(built) ? built : [built]) as { output: { type: string; code?: string }[] }[];
  };

  it("are built for a page, and dial", async () => {
    const [result] = await build({
      build: { write: false, lib: { entry: "vite-page.mjs", formats: ["iife"], name: "page" } },
    });
    expect(await dialFrom(result?.output[0]?.code ?? "")).toEqual(["ws://example.test/live"]);
  });

  it("are built for rendering on a server, where importing them opens nothing", async () => {
    const text =
      'import { ReconnectingWebSocket } from "@tautline/client"; console.log(typeof ReconnectingWebSocket);';
    await writeFile(join(consumer, "render.mjs"), text);
    await build({ build: { ssr: "render.mjs", outDir: "ssr" }, ssr: { noExternal: [/^@tautline\//] } });
    // A socket or a timer left behind would keep this process from ending.
    const { stdout } = await run(process.execPath, ["ssr/render.js"], { cwd: consumer, timeout: 20_000 });
    expect(stdout).toBe("function\n");
  });
});

describe("the server in a bundle for Node", () => {
  it("is bundled by esbuild, ws and all", async () => {
    await writeFile(
      join(consumer, "serve.mjs"),
      'import { createServer } from "@tautline/server"; console.log(typeof createServer);',
    );
    const { warnings } = await esbuild.build({
      absWorkingDir: consumer,
      entryPoints: ["serve.mjs"],
      bundle: true,
      write: false,
      platform: "node",
      format: "cjs",
      logLevel: "silent",
      external: ["bufferutil", "utf-8-validate"],
    });
    expect(warnings).toEqual([]);
  });
});
