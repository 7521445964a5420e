import { fileURLToPath } from "node:url";
import { allowAll, createServer, guests, type Server } from "@tautline/server";
import { describe, expect, it } from "vitest";
import { type Program, startProgram } from "../../../tests/program.js";
import { pythonWithWebsockets } from "../../../tests/requirements.js";
import { contract } from "./contract.js";

const python = pythonWithWebsockets();
const folder = fileURLToPath(new URL("..", import.meta.url));

/** Everything that anyone says goes to everyone, as in the demo. */
async function chatServer(): Promise<{ server: Server<typeof contract>; url: string }> {
  const server = createServer(contract, {
    authenticate: ({ token, guestKey }) => (token === "wrong" ? null : guests()({ guestKey } as never)),
    authorize: allowAll,
    plain: { heartbeat: "envelope" },
    heartbeat: { intervalMs: 2_000, graceMs: 2_000 },
  });
  server.handle("chat", async ({ data }) => void (await server.broadcast("chat_message", data)));
  const { url } = await server.listen({ port: 0, host: "127.0.0.1" });
  return { server, url };
}

function client(url: string, ...options: string[]): Program {
  return startProgram(python ?? "", ["client.py", url, ...options], { cwd: folder });
}

const text = async (program: Program, wanted: string) =>
  JSON.parse((await program.line(new RegExp(`"text": "${wanted}"`))).input) as unknown;

describe.skipIf(!python)("the Python client", () => {
  it.each([["as a plain peer"], ["as a full peer", "--full"]])(
    "says and hears, %s",
    async (_kind, ...options) => {
      const { server, url } = await chatServer();
      await using _server = server;
      await using ada = client(url, ...options);
      ada.type("hello");
      expect(await text(ada, "hello")).toMatchObject({ type: "chat_message", data: { text: "hello" } });
      ada.process.stdin.end();
      expect(await ada.ended).toBe(0);
    },
  );

  it("closes with 1000 when it is done", async () => {
    const { server, url } = await chatServer();
    await using _server = server;
    const code = new Promise((resolve) => server.on("disconnect", (detail) => resolve(detail.code)));
    await using ada = client(url, "--full");
    ada.type("hello");
    await text(ada, "hello");
    ada.process.stdin.end();
    expect(await code).toBe(1000);
  });

  it("prints why a message was refused, and goes on", async () => {
    const { server, url } = await chatServer();
    await using _server = server;
    await using ada = client(url, "--full");
    ada.type("x".repeat(501));
    await ada.line(/^BAD_DATA/);
    ada.type("short enough");
    await text(ada, "short enough");
  });

  it("answers ping with pong", async () => {
    const { server, url } = await chatServer();
    await using _server = server;
    await using ada = client(url);
    ada.type("hello");
    await text(ada, "hello");
    const { bytesReceived } = server.stats().totals;
    // The client is told nothing more to say: whatever still arrives is a pong.
    await expect
      .poll(() => server.stats().totals.bytesReceived, { timeout: 10_000 })
      .toBeGreaterThan(bytesReceived + 2 * '{"type":"pong"}'.length);
    expect(server.stats().totals.heartbeatsMissed).toBe(0);
  });

  it("says that its token was refused", async () => {
    const { server, url } = await chatServer();
    await using _server = server;
    await using ada = client(url, "--full", "--token", "wrong");
    await ada.line(/UNAUTHENTICATED: Invalid authentication token/);
    expect(await ada.ended).toBe(1);
  });

  it("ends when the server does", async () => {
    const { server, url } = await chatServer();
    await using ada = client(url, "--full");
    ada.type("hello");
    await text(ada, "hello");
    await server.close();
    expect(await ada.ended).toBeTypeOf("number");
  });
});
