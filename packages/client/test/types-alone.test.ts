import { ScriptedServer, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import type { Client } from "../src/client-types.js";
import { createClient } from "../src/create-client.js";
import type { chat } from "./setup.js";

/** A client that knows the contract's types and nothing of it at run time, connected. */
async function connected(): Promise<{
  client: Client<typeof chat>;
  server: ScriptedServer;
  clock: VirtualClock;
}> {
  const [server, clock] = [new ScriptedServer(), new VirtualClock()];
  const client = createClient<typeof chat>({
    url: "ws://scripted/live",
    clock,
    random: seededRandom(1),
    network: null,
    WebSocket: server.WebSocket,
  });
  await client.connect();
  return { client, server, clock };
}

describe("a client with the contract's types alone", () => {
  it("hands over replies, events, publications and presence as they came", async () => {
    const { client, server, clock } = await connected();
    server.on("rename", ({ id }) => ({ type: "$reply", id, data: { name: 5 } }));
    expect(await client.request("rename", { name: "" })).toEqual({ name: 5 });
    const heard: unknown[] = [];
    client.on("notice", ({ data }) => heard.push(data));
    const lobby = client.room("chat/lobby");
    lobby.on("message", ({ data }) => heard.push(data));
    await lobby.join();
    server.last.send({ type: "notice", data: { text: 1 } });
    server.last.send({ type: "message", room: "chat/lobby", offset: 1, data: { text: 2 } });
    const joined = [{ user: "ada", member: "ada-1", state: { name: 3 } }];
    server.last.send({ type: "$presence", data: { room: "chat/lobby", version: 1, snapshot: 0, joined } });
    await clock.settle();
    expect(heard).toEqual([{ text: 1 }, { text: 2 }]);
    expect(lobby.presence).toEqual(joined);
    await client.close();
  });

  it("has each client event acknowledged, and sends nothing twice", async () => {
    const { client, server, clock } = await connected();
    await client.room("chat/lobby").join();
    await client.room("chat/lobby").publish("typing");
    expect(server.of("typing")).toMatchObject([{ room: "chat/lobby", id: 1 }]);
    server.on("feedback", () => undefined);
    const sent = client.send("feedback", { stars: 5 }).catch((error: { code: string }) => error.code);
    await clock.settle();
    server.last.cut();
    await clock.advance(1_000);
    expect(await sent).toBe("OUTCOME_UNKNOWN");
    await client.close();
  });
});
