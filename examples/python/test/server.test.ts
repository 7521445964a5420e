import { on, once } from "node:events";
import { fileURLToPath } from "node:url";
import { createClient, ReconnectingWebSocket } from "@tautline/client";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Program, startProgram } from "../../../tests/program.js";
import { pythonWithWebsockets } from "../../../tests/requirements.js";
import { contract } from "./contract.js";

const python = pythonWithWebsockets();
const folder = fileURLToPath(new URL("..", import.meta.url));

async function pythonServer(port = 0): Promise<{ program: Program; url: string; port: number }> {
  const program = startProgram(python ?? "", ["server.py", "--host", "127.0.0.1", "--port", String(port)], {
    cwd: folder,
  });
  const [, url = ""] = await program.line(/^listening on (ws:.*)$/);
  return { program, url, port: Number(new URL(url).port) };
}

/** A bare socket that is read envelope by envelope, so that none is missed. */
async function bare(url: string, protocols: string[] = []) {
  const socket = new WebSocket(url, protocols);
  const messages = on(socket, "message");
  await once(socket, "open");
  return {
    socket,
    say: (envelope: unknown) =>
      socket.send(typeof envelope === "string" ? envelope : JSON.stringify(envelope)),
    next: async (): Promise<unknown> => {
      const { value } = (await messages.next()) as { value: [unknown] };
      return JSON.parse(String(value[0]));
    },
  };
}

describe.skipIf(!python)("the Python server", () => {
  it("welcomes createClient, acknowledges and broadcasts", async () => {
    const { program, url } = await pythonServer();
    await using _program = program;
    await using ada = createClient(contract, { url });
    await using bob = createClient(contract, { url });
    const heard = new Promise((resolve) => bob.on("chat_message", ({ data }) => resolve(data.text)));
    await Promise.all([ada.connect(), bob.connect()]);
    await ada.send("chat", { text: "hello" });
    expect(await heard).toBe("hello");
    expect(ada.state.kind).toBe("connected");
  });

  it("tells createClient why it refuses", async () => {
    const { program, url } = await pythonServer();
    await using _program = program;
    const loose = createClient<{ messages: { chat: object } }>({ url });
    await expect(loose.send("chat", { text: 5 } as never)).rejects.toMatchObject({ code: "BAD_DATA" });
    await loose.close();
  });

  it("has createClient back after it was restarted", async () => {
    const first = await pythonServer();
    await using ada = createClient(contract, { url: first.url, backoff: { minMs: 10, maxMs: 50 } });
    await ada.send("chat", { text: "before" });
    await first.program[Symbol.asyncDispose]();
    const sent = ada.send("chat", { text: "after" });
    const second = await pythonServer(first.port);
    await using _program = second.program;
    await sent;
  });

  it("serves ReconnectingWebSocket", async () => {
    const { program, url } = await pythonServer();
    await using _program = program;
    const socket = new ReconnectingWebSocket(url);
    const message = new Promise<unknown>((resolve) =>
      socket.addEventListener("message", ({ data }) => resolve(data)),
    );
    socket.send('{"type":"chat","data":{"text":"hello"}}');
    expect(JSON.parse(String(await message))).toMatchObject({
      type: "chat_message",
      data: { text: "hello" },
    });
    const closed = new Promise<number>((resolve) =>
      socket.addEventListener("close", ({ code }) => resolve(code)),
    );
    socket.close();
    expect(await closed).toBe(1000);
  });

  it("answers ping with pong, and bad input with its error, and goes on", async () => {
    const { program, url } = await pythonServer();
    await using _program = program;
    const peer = await bare(url);
    peer.say({ type: "ping" });
    expect(await peer.next()).toMatchObject({ type: "pong" });
    for (const [said, code] of [
      ["not json", "BAD_JSON"],
      ["[]", "BAD_ENVELOPE"],
      ['{"type":5}', "BAD_ENVELOPE"],
      ['{"type":"nobody"}', "UNKNOWN_TYPE"],
      ['{"type":"chat","data":{"text":""}}', "BAD_DATA"],
      ['{"type":"$join","data":{"room":"lobby"}}', "UNKNOWN_ROOM"],
    ]) {
      peer.say(said);
      expect(await peer.next()).toMatchObject({ type: "$error", error: { code } });
    }
    peer.say({ type: "chat", id: 1, data: { text: "still here" } });
    expect(await peer.next()).toMatchObject({ type: "chat_message" });
    expect(await peer.next()).toMatchObject({ type: "$ack", id: 1 });
    peer.socket.close(1000);
  });

  it("closes a full peer that does not begin with $hello", async () => {
    const { program, url } = await pythonServer();
    await using _program = program;
    const peer = await bare(url, ["tautline.v1.json"]);
    peer.say({ type: "chat", data: { text: "me first" } });
    expect((await once(peer.socket, "close"))[0]).toBe(1002);
  });

  it("keeps the newest connection of a client, and closes the older with 4409", async () => {
    const { program, url } = await pythonServer();
    await using _program = program;
    const hello = (attempt: number) => ({
      type: "$hello",
      data: { client: "0123456789abcdef0123", attempt, rooms: [] },
    });
    const older = await bare(url, ["tautline.v1.json"]);
    older.say(hello(1));
    expect(await older.next()).toMatchObject({ type: "$welcome", data: { resumed: false } });
    const newer = await bare(url, ["tautline.v1.json"]);
    const ended = once(older.socket, "close");
    newer.say(hello(2));
    expect(await newer.next()).toMatchObject({ type: "$welcome" });
    expect((await ended)[0]).toBe(4409);
    newer.socket.close(1000);
  });
});

describe.skipIf(!python)("the Python envelopes", () => {
  it("agree with every golden vector", async () => {
    const vectors = fileURLToPath(new URL("../../../packages/protocol/vectors", import.meta.url));
    await using check = startProgram(python ?? "", ["check_vectors.py", vectors], { cwd: folder });
    const [, count] = await check.line(/^(\d+) vectors$/);
    expect(Number(count)).toBeGreaterThan(100);
    expect(await check.ended).toBe(0);
  });
});
