import { defineContract, type Position, type TautlineError } from "@tautline/protocol";
import * as v from "valibot";
import { describe, expectTypeOf, it } from "vitest";
import * as z from "zod";
import {
  type ClientState,
  createClient,
  type GapEvent,
  type Member,
  type PendingMessage,
  type RoomState,
} from "../src/index.js";
import { persistentOutbox } from "../src/persistent-outbox/index.js";

const chat = defineContract({
  messages: {
    rename: {
      data: z.object({ name: z.string() }),
      reply: z.object({ at: z.string().transform((text) => new Date(text)) }),
    },
    feedback: { data: v.object({ stars: v.number() }), idempotent: true },
    search: { data: z.string().optional() },
    logout: {},
  },
  events: { notice: { data: z.object({ text: z.string() }) } },
  rooms: {
    "chat/:id": {
      messages: { say: { data: z.object({ text: z.string() }) }, count: { reply: z.number() } },
      events: {
        message: { data: z.object({ text: z.string(), at: z.coerce.date() }) },
        typing: { data: z.boolean(), volatile: true },
      },
      clientEvents: ["typing"],
      presence: z.object({ name: z.string() }),
    },
    "chat/admin": { events: { alarm: { data: z.number() } } },
    "game/:id/seat/:seat": {},
  },
});

const client = createClient(chat, { url: "wss://example.com/live" });
const typesAlone = createClient<typeof chat>({ url: "wss://example.com/live" });

describe("what a client's types know", () => {
  it("gives the same client from the contract and from its types alone", () => {
    expectTypeOf(typesAlone).toEqualTypeOf(client);
  });

  it("takes a message's data and gives its reply", () => {
    expectTypeOf(client.request("rename", { name: "Ada" })).resolves.toEqualTypeOf<{ at: Date }>();
    expectTypeOf(client.send("feedback", { stars: 5 })).resolves.toBeVoid();
    expectTypeOf(client.send("rename", { name: "Ada" })).resolves.toBeVoid();
    client.send("logout");
    client.send("logout", undefined, { timeoutMs: null });
    client.send("search");
    client.send("search", "word", { signal: new AbortController().signal });
  });

  it("takes what to do where a message must wait", () => {
    client.send("logout", undefined, { key: "a", retry: false });
    createClient(chat, { url: "", outbox: { policy: "latest-by-key", persistence: persistentOutbox() } });
    // @ts-expect-error no such policy
    createClient(chat, { url: "", outbox: { policy: "drop-newest" } });
    // @ts-expect-error a key is a name
    client.send("logout", undefined, { key: 5 });
    expectTypeOf(client.pending).toEqualTypeOf<readonly PendingMessage[]>();
  });

  it("refuses unknown messages, wrong data, and requests that nobody answers", () => {
    // @ts-expect-error no such message
    client.send("renam", { name: "Ada" });
    // @ts-expect-error data is missing
    client.send("feedback");
    // @ts-expect-error stars is a number
    client.send("feedback", { stars: "5" });
    // @ts-expect-error feedback has no reply
    client.request("feedback", { stars: 5 });
  });

  it("types its events and its own", () => {
    client.on("notice", ({ data, timestamp }) => {
      expectTypeOf(data).toEqualTypeOf<{ text: string }>();
      expectTypeOf(timestamp).toEqualTypeOf<number | undefined>();
    });
    client.on("state", (state) => expectTypeOf(state).toEqualTypeOf<ClientState>());
    client.on("error", (error) => expectTypeOf(error).toEqualTypeOf<TautlineError>());
    // @ts-expect-error no such event
    client.on("notices", () => {});
  });
});

describe("what a room's types know", () => {
  const lobby = client.room("chat/lobby");

  it("finds a room's pattern by name, by a template, and by parameters", () => {
    expectTypeOf(client.room("chat/:id", { id: "lobby" })).toEqualTypeOf(lobby);
    expectTypeOf(client.room(`chat/${5 as number}`)).toEqualTypeOf(lobby);
    expectTypeOf(client.room(`chat/${"x" as string}`)).toEqualTypeOf(lobby);
    client.room("game/:id/seat/:seat", { id: "1", seat: "2" });
    client.room("chat/admin").on("alarm", ({ data }) => expectTypeOf(data).toBeNumber());
  });

  it("refuses names of no room, and parameters that are missing", () => {
    // @ts-expect-error matches no room
    client.room("nowhere");
    // @ts-expect-error matches no room
    client.room("chat/a/b");
    // @ts-expect-error seat is missing
    client.room("game/:id/seat/:seat", { id: "1" });
  });

  it("types publications, gaps, presence and state", () => {
    lobby.on("message", ({ data, offset, from }) => {
      expectTypeOf(data).toEqualTypeOf<{ text: string; at: Date }>();
      expectTypeOf(offset).toEqualTypeOf<number | undefined>();
      expectTypeOf(from?.member).toEqualTypeOf<string | undefined>();
    });
    lobby.on("gap", (gap) => expectTypeOf(gap).toEqualTypeOf<GapEvent>());
    lobby.on("presence", (all) => expectTypeOf(all).toEqualTypeOf<readonly Member<{ name: string }>[]>());
    lobby.on("joined", ({ state }) => expectTypeOf(state).toEqualTypeOf<{ name: string }>());
    lobby.on("state", (state) => expectTypeOf(state).toEqualTypeOf<RoomState>());
    expectTypeOf(lobby.position).toEqualTypeOf<Position | undefined>();
  });

  it("sends messages, publishes client events alone, and gives streams", async () => {
    expectTypeOf(lobby.send("say", { text: "hi" })).resolves.toBeVoid();
    expectTypeOf(lobby.request("count")).resolves.toBeNumber();
    expectTypeOf(lobby.publish("typing", true)).resolves.toBeVoid();
    // @ts-expect-error members do not publish messages
    lobby.publish("message", { text: "hi", at: new Date() });
    // @ts-expect-error say has no reply
    lobby.request("say", { text: "hi" });
    for await (const { data } of lobby.events("message")) expectTypeOf(data.at).toEqualTypeOf<Date>();
  });

  it("gives what a load gave, and takes a signal that fetch takes", () => {
    const loaded = lobby.load(async ({ position, signal }) => {
      expectTypeOf(position).toEqualTypeOf<Position | undefined>();
      expectTypeOf(signal).toExtend<AbortSignal>();
      return [{ text: "hi" }];
    });
    expectTypeOf(loaded).resolves.toEqualTypeOf<{ text: string }[]>();
    expectTypeOf(lobby.load(() => 5, { presence: { name: "Ada" } })).resolves.toBeNumber();
    client.on("gap", (gap) => expectTypeOf(gap).toEqualTypeOf<GapEvent>());
  });

  it("takes presence as the contract says", () => {
    lobby.join({ presence: { name: "Ada" }, last: 20 });
    lobby.join();
    lobby.setPresence({ name: "Ada" });
    // @ts-expect-error name is a string
    lobby.join({ presence: { name: 5 } });
  });
});
