import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "../free-port.js";
import { startProgram } from "../program.js";
import { nginxPath } from "../requirements.js";
import { clientOf, once, startServer } from "./setup.js";

const nginx = nginxPath();
const guide = new URL("../../docs/guide/deployment.md", import.meta.url);

/** What the guide shows, for this port, without what a test has no certificate for, and less patient. */
async function configuration(port: number, serverPort: number, patience: string): Promise<string> {
  const [, shown = ""] = /```nginx\n([\s\S]*?)```/.exec(await readFile(guide, "utf8")) ?? [];
  const ours = shown
    .replace(/^ *(ssl_certificate|server_name).*\n/gm, "")
    .replace("443 ssl", `127.0.0.1:${port}`)
    .replace("127.0.0.1:8080", `127.0.0.1:${serverPort}`)
    .replace("proxy_read_timeout 60s", `proxy_read_timeout ${patience}`);
  return `daemon off; worker_processes 1; pid nginx.pid; error_log stderr notice;
    events {}
    http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi; scgi_temp_path scgi;
      ${ours}
    }`;
}

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** A server behind an nginx that cuts connections on which nothing came from the server for `patience`. */
async function behindNginx(patience: string, options: Parameters<typeof startServer>[1]) {
  const made = await startServer(0, options);
  cleanUp.push(() => made.server.close());
  const folder = await mkdtemp(join(tmpdir(), "tautline-nginx-"));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  await writeFile(join(folder, "nginx.conf"), await configuration(port, made.port, patience));
  const program = startProgram(nginx as string, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"]);
  cleanUp.push(async () => program[Symbol.asyncDispose]());
  await program.line(/start worker process \d+/);
  return { ...made, url: `ws://127.0.0.1:${port}/live` };
}

describe.skipIf(!nginx)("behind a real nginx, configured as the guide shows,", () => {
  it("an idle connection lives where the server pings more often than nginx cuts (F-13)", async () => {
    const { url } = await behindNginx("2s", { heartbeat: { intervalMs: 1_000, graceMs: 1_000 } });
    const client = clientOf(url);
    cleanUp.push(() => client.close());
    await client.connect();
    const states: string[] = [];
    client.on("state", ({ kind }) => states.push(kind));
    // A plain peer beside it counts the time that passes without a word.
    const plain = new WebSocket(url);
    const pings = await new Promise((resolve) => {
      let heard = 0;
      plain.on("ping", () => ++heard === 4 && resolve(heard));
      plain.on("close", () => resolve("cut"));
    });
    expect([pings, states]).toEqual([4, []]);
    plain.terminate();
  });

  it("a connection that nginx cuts is made again, and has what was said meanwhile, once and in order (F-13)", async () => {
    const { server, url } = await behindNginx("1s", {});
    const client = clientOf(url);
    cleanUp.push(() => client.close());
    const texts: string[] = [];
    const room = client.room("chat/lobby");
    room.on("message", ({ data }) => texts.push(data.text));
    await room.join();
    await server.room("chat/lobby").publish("message", { text: "before" });
    const isCut = once<{ kind: string }>(
      (listener) => client.on("state", listener),
      ({ kind }) => kind !== "connected",
    );
    await isCut;
    await server.room("chat/lobby").publish("message", { text: "meanwhile" });
    await expect.poll(() => texts).toEqual(["before", "meanwhile"]);
  });

  it("pages of the same origin are let in, foreign ones are not, and the peer's address is what nginx says", async () => {
    const { url, connections } = await behindNginx("60s", { trustProxy: 1 });
    const { origin } = new URL(url.replace("ws:", "http:"));
    const opened = (headers: Record<string, string>) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(url, { headers });
        cleanUp.push(async () => socket.terminate());
        // Ended before it was open, where it was refused.
        socket.on("error", () => {});
        socket.on("open", () => resolve(101));
        socket.on("unexpected-response", (_, { statusCode }) => resolve(statusCode ?? 0));
      });
    expect(await opened({ origin })).toBe(101);
    expect(await opened({ origin: "https://elsewhere.test" })).toBe(403);
    expect(await opened({ "x-forwarded-for": "203.0.113.7" })).toBe(101);
    await expect.poll(() => connections.size).toBe(2);
    // What the peer itself wrote is gone: the guide's line replaces the header.
    expect([...connections].map(({ request }) => request.remoteAddress)).toEqual(["127.0.0.1", "127.0.0.1"]);
  });
});
