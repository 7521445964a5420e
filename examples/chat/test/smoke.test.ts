import { createClient } from "@tautline/client";
import { createServer, guests } from "@tautline/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { authorizeChat, chat, chatRooms, createChat } from "../src/index.js";

const eventually = (fact: () => void) => vi.waitFor(fact, { timeout: 10_000 });

describe("the chat", () => {
  let url: string;
  let open: { close(): Promise<void> }[];

  beforeEach(async () => {
    const server = createServer(chat, {
      authenticate: guests(),
      authorize: authorizeChat,
      rooms: chatRooms,
      rateLimit: { messages: 50, windowMs: 60_000 },
    });
    open = [server];
    createChat(server);
    url = (await server.listen({ port: 0 })).url;
  });
  afterEach(async () => {
    for (const one of open.reverse()) await one.close();
  });

  /** Someone with a name, in a room. */
  async function enter(name: string, title = "lobby") {
    const client = createClient(chat, { url });
    open.push(client);
    const room = client.room("chat/:room", { room: title });
    const heard: string[] = [];
    room.on("chat_message", ({ data }) => heard.push(`${data.name}: ${data.text}`));
    await room.join({ presence: { name } });
    return { client, room, heard };
  }

  it("brings what one says to everyone in the room, under the name it has at that moment", async () => {
    const ada = await enter("Ada");
    const bo = await enter("Bo");
    await ada.room.send("say", { text: "Hello" });
    await ada.room.setPresence({ name: "Countess" });
    await ada.room.send("say", { text: "Renamed" });
    const said = ["Ada: Hello", "Countess: Renamed"];
    await eventually(() => expect(bo.heard).toEqual(said));
    expect(ada.heard).toEqual(said);
  });

  it("shows the last 20 messages to a newcomer", async () => {
    const ada = await enter("Ada");
    for (let i = 1; i <= 25; i++) await ada.room.send("say", { text: `${i}` });
    const bo = await enter("Bo");
    await eventually(() => expect(bo.heard).toHaveLength(20));
    expect(bo.heard[0]).toBe("Ada: 6");
  });

  it("tells who is there, who comes, who leaves and who is writing", async () => {
    const ada = await enter("Ada");
    const seen: string[] = [];
    ada.room.on("joined", ({ state }) => seen.push(`${state.name} joined`));
    ada.room.on("left", ({ state }) => seen.push(`${state.name} left`));
    ada.room.on("typing", ({ from }) =>
      seen.push(`${from?.member === bo.room.presence.find(({ state }) => state.name === "Bo")?.member}`),
    );
    const bo = await enter("Bo");
    await eventually(() =>
      expect(bo.room.presence.map(({ state }) => state.name).sort()).toEqual(["Ada", "Bo"]),
    );
    await bo.room.publish("typing");
    await eventually(() => expect(seen).toContain("true"));
    await bo.client.close();
    await eventually(() => expect(seen).toEqual(["Bo joined", "true", "Bo left"]));
  });

  it("refuses what is empty or longer than 500 characters, and rooms whose names do not fit", async () => {
    const { client, room } = await enter("Ada");
    await expect(room.send("say", { text: "  " })).rejects.toMatchObject({ code: "BAD_DATA" });
    await expect(room.send("say", { text: "x".repeat(501) })).rejects.toMatchObject({ code: "BAD_DATA" });
    await room.send("say", { text: "👍".repeat(500) });
    const long = client.room("chat/:room", { room: "x".repeat(41) });
    await expect(long.join({ presence: { name: "Ada" } })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("lets a burst of 50 messages pass, and says when the next one may come", async () => {
    const { room } = await enter("Ada");
    await Promise.all(Array.from({ length: 50 }, (_, i) => room.send("say", { text: `${i}` })));
    const error = await room
      .send("say", { text: "one more" }, { retry: false })
      .catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ code: "RATE_LIMITED" });
    expect((error as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(1_000);
  });

  it("lists the rooms that have someone in them", async () => {
    const { client } = await enter("Ada");
    const lists: unknown[] = [];
    client.room("rooms").on("rooms", ({ data }) => lists.push(data));
    await client.room("rooms").join();
    const galley = await enter("Bo", "galley");
    const both = [
      { room: "galley", members: 1 },
      { room: "lobby", members: 1 },
    ];
    await eventually(() => expect(lists.at(-1)).toEqual(both));
    await galley.client.close();
    await eventually(() => expect(lists.at(-1)).toEqual([{ room: "lobby", members: 1 }]));
  });
});
