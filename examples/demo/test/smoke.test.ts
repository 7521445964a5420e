import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createClient } from "@tautline/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { type Demo, demo, startDemo } from "../src/index.js";

const eventually = (fact: () => void) => vi.waitFor(fact, { timeout: 10_000 });
// Not built, but there: what is tested is what answers where.
const page = (example: string) => fileURLToPath(new URL(`../../${example}/page/`, import.meta.url));
const pages = { landing: page("demo"), chat: page("chat"), dashboard: page("dashboard") };

describe("the demo", () => {
  let running: Demo;
  let http: string;
  let live: string;
  let open: { close(): unknown }[];

  beforeEach(async () => {
    running = await startDemo({ port: 0, pages });
    http = `http://localhost:${running.port}`;
    live = `ws://localhost:${running.port}/live`;
    open = [];
  });
  afterEach(async () => {
    for (const one of open) await one.close();
    await running.close();
  });

  /** A socket without our subprotocol, and all that it was sent. */
  async function plainPeer() {
    const socket = new WebSocket(live);
    open.push(socket);
    const received: { type: string; data: { text?: string; code?: string }; error?: { code: string } }[] = [];
    socket.on("message", (text) => received.push(JSON.parse(String(text))));
    await once(socket, "open");
    const say = (text: string) => socket.send(JSON.stringify({ type: "chat", data: { text } }));
    const said = () => received.filter(({ type }) => type === "chat_message").map(({ data }) => data.text);
    return { socket, received, say, said };
  }

  it.each([
    ["/", "bare socket"],
    ["/chat/", "Say something"],
    ["/dashboard/", "This machine"],
  ])("serves %s", async (path, text) => {
    const response = await fetch(`${http}${path}`);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(await response.text()).toContain(text);
  });

  it("finds the pages without their last slash, and nothing outside of them", async () => {
    expect((await fetch(`${http}/chat`)).url).toBe(`${http}/chat/`);
    expect((await fetch(`${http}/chat/%2e%2e/package.json`)).status).toBe(404);
    expect((await fetch(`${http}/nowhere`)).status).toBe(404);
  });

  it("brings what a plain peer says to everyone in the lobby, the sender too", async () => {
    const [ada, bo] = [await plainPeer(), await plainPeer()];
    const client = createClient(demo, { url: live });
    open.push(client);
    const heard: string[] = [];
    const room = client.room("chat/lobby");
    room.on("chat_message", ({ data }) => heard.push(data.text));
    await room.join({ presence: { name: "Cy" } });
    ada.say("Hello");
    await eventually(() => expect([ada.said(), bo.said(), heard]).toEqual([["Hello"], ["Hello"], ["Hello"]]));
    await room.send("say", { text: "Hello yourself" });
    await eventually(() => expect(ada.said()).toEqual(["Hello", "Hello yourself"]));
  });

  it("answers a ping", async () => {
    const { socket, received } = await plainPeer();
    socket.send('{"type":"ping"}');
    await eventually(() => expect(received.map(({ type }) => type)).toContain("pong"));
  });

  it("lets a burst of 50 messages pass, and refuses the next", async () => {
    const { received, say, said } = await plainPeer();
    for (let i = 1; i <= 51; i++) say(`${i}`);
    await eventually(() =>
      expect(received.find(({ type }) => type === "$error")?.error?.code).toBe("RATE_LIMITED"),
    );
    await eventually(() => expect(said()).toHaveLength(50));
    expect(said().at(-1)).toBe("50");
  });

  it("tells what it measures, and measures nothing when nobody watches", async () => {
    const sampling = async () =>
      ((await (await fetch(`${http}/status`)).json()) as { sampling: unknown[] }).sampling;
    expect(await sampling()).toEqual([]);
    const client = createClient(demo, { url: live });
    open.push(client);
    await client.room("metrics/cpu").join();
    expect(await sampling()).toMatchObject([{ kind: "cpu" }]);
    await client.close();
    await vi.waitFor(async () => expect(await sampling()).toEqual([]), { timeout: 10_000 });
  });

  it("rejects a taken port by its name", async () => {
    const second = startDemo({ port: running.port, pages });
    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
