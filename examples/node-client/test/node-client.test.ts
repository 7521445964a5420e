import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineContract, unchecked } from "@tautline/protocol";
import { allowAll, createServer, guests } from "@tautline/server";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Program, startProgram } from "../../../tests/program.js";

const contract = defineContract({
  messages: { chat: { data: unchecked<{ text: string }>() } },
  events: { chat_message: { data: unchecked<{ text: string }>() } },
});

let folder: string;
let script: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tautline-node-client-"));
  script = join(folder, "client.mjs");
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL("../client.js", import.meta.url))],
    bundle: true,
    outfile: script,
    platform: "node",
    format: "esm",
    conditions: ["@tautline/source"],
    logLevel: "error",
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Everyone hears what anyone says. */
async function chatServer(port = 0) {
  const server = createServer(contract, { authenticate: guests(), authorize: allowAll });
  server.handle("chat", async ({ data }) => void (await server.broadcast("chat_message", data)));
  return { server, ...(await server.listen({ port, host: "127.0.0.1" })) };
}

const client = (url: string): Program => startProgram(process.execPath, [script, url]);

describe("the Node client", () => {
  it("says each line, prints what it hears, and ends with its input", async () => {
    const { server, url } = await chatServer();
    await using _server = server;
    await using ada = client(url);
    await using bob = client(url);
    await bob.line(/^\[connected\]$/);
    ada.type("hello");
    await Promise.all([ada.line(/^hello$/), bob.line(/^hello$/)]);
    ada.process.stdin.end();
    expect(await ada.ended).toBe(0);
  });

  it("goes on when the server was restarted, and says what was typed meanwhile", async () => {
    const first = await chatServer();
    await using ada = client(first.url);
    await ada.line(/^\[connected\]$/);
    await first.server.close();
    await ada.line(/^\[waiting\]$/);
    ada.type("said while nobody was there");
    const second = await chatServer(first.port);
    await using _server = second.server;
    await ada.line(/^said while nobody was there$/);
  });
});
