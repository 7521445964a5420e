import { once as event } from "node:events";
import { createClient } from "@tautline/client";
import { defineContract, unchecked, type WebSocketConstructor } from "@tautline/protocol";
import { ScriptedClient } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { once, startServer } from "./setup.js";

// While one version replaces another, each meets the other: what the newer one says besides is ignored, what it needs not is not missed.

const newer = { priority: 7, span: { id: "a" }, flags: ["x"] };

describe("a client of the next version (F-42)", () => {
  it("is answered in the newest protocol that both know, whatever it says besides", async () => {
    const { server, url, handled } = await startServer();
    const protocols = ["tautline.v2.json", "tautline.v1.json"];
    const client = new ScriptedClient({
      url,
      WebSocket: WebSocket as unknown as WebSocketConstructor,
      protocols,
    });
    const take = (type: string) => client.next(type);
    const send = (envelope: object) => client.sendRaw(JSON.stringify({ ...envelope, ...newer }));
    await client.opened;
    expect(client.socket.protocol).toBe("tautline.v1.json");
    const rooms = [{ room: "chat/1", since: "yesterday" }];
    send({
      type: "$hello",
      data: { client: "c".repeat(16), attempt: 1, token: "ada", rooms, offers: ["v2"] },
    });
    expect((await take("$welcome")).data).toMatchObject({ user: "ada", rooms: [{ room: "chat/1" }, {}] });
    send({ type: "say", room: "chat/1", id: 1, data: { text: "hi", tone: "kind" } });
    expect(await take("$ack")).toMatchObject({ id: 1 });
    expect((await take("message")).data).toEqual({ text: "hi" });
    // What it has learnt since then is refused by name, and costs it nothing else.
    send({ type: "$subscribe", id: 2, data: {} });
    expect(await take("$error")).toMatchObject({ id: 2, error: { code: "UNKNOWN_TYPE" } });
    send({ type: "rename", id: 3, data: { name: "Bo" } });
    expect(await take("$reply")).toMatchObject({ id: 3, data: { name: "Bo" } });
    expect(handled).toEqual(["hi"]);
    await client.close();
    await server.close();
  });
});

describe("a server of the next version (F-42)", () => {
  it("serves a client that knows nothing of what it says besides", async () => {
    const news = defineContract({
      events: { notice: { data: unchecked<string>() } },
      rooms: { "news/:id": { events: { item: { data: unchecked<string>() } } } },
    });
    const wss = new WebSocketServer({
      port: 0,
      host: "127.0.0.1",
      handleProtocols: () => "tautline.v1.json",
    });
    await event(wss, "listening");
    wss.on("connection", (socket) => {
      const send = (envelope: object) => socket.send(JSON.stringify({ ...envelope, ...newer }));
      socket.once("message", () => {
        const room = { room: "news/1", epoch: "e", offset: 0, head: 0, recovered: false, lease: 9 };
        const limits = { messageBytes: 65_536, rooms: 128, unanswered: 256, streams: 4 };
        const named = { connection: "c", user: "ada", member: "m", resumed: false };
        send({
          type: "$welcome",
          data: { ...named, heartbeatMs: 20_000, limits, rooms: [room], region: "eu" },
        });
        send({ type: "$quota", data: { left: 5 } });
        send({ type: "item", room: "news/1", offset: 1, data: "first" });
        send({ type: "notice", data: "done" });
      });
    });
    const { port } = wss.address() as { port: number };
    const client = createClient(news, { url: `ws://127.0.0.1:${port}/`, token: "ada" });
    const [heard, errors]: [string[], unknown[]] = [[], []];
    client.on("error", (error) => errors.push(error));
    client.room("news/:id", { id: "1" }).on("item", ({ data }) => heard.push(data));
    const done = once((listener) => client.on("notice", listener));
    await client.room("news/:id", { id: "1" }).join();
    await done;
    expect(heard).toEqual(["first"]);
    expect(errors).toEqual([]);
    expect(client.state.kind).toBe("connected");
    await client.close();
    for (const socket of wss.clients) socket.terminate();
    wss.close();
  });
});
