import { defineContract, unchecked } from "@tautline/protocol";
import { ScriptedServer, seededRandom, VirtualClock } from "@tautline/testing";
import * as z from "zod";
import type { Client } from "../src/client-types.js";
import { createClient } from "../src/create-client.js";
import type { ClientOptions } from "../src/options.js";

/** A contract with one of everything. */
export const chat = defineContract({
  messages: {
    rename: { data: z.object({ name: z.string().min(1) }), reply: z.object({ name: z.string() }) },
    feedback: { data: unchecked<{ stars: number }>(), idempotent: true },
    order: { data: unchecked<number>() },
    logout: {},
  },
  events: { notice: { data: z.object({ text: z.string() }) } },
  rooms: {
    "chat/:id": {
      messages: { say: { data: z.object({ text: z.string() }) } },
      events: {
        message: { data: z.object({ text: z.string() }) },
        typing: { volatile: true },
        reaction: { data: unchecked<string>() },
      },
      clientEvents: ["typing", "reaction"],
      presence: z.object({ name: z.string() }),
    },
  },
});

export interface World {
  readonly client: Client<typeof chat>;
  readonly server: ScriptedServer;
  readonly clock: VirtualClock;
  /** What came to `on("error")`, as codes. */
  readonly errors: string[];
  /** The kinds of the states that followed each other, without repeats. */
  readonly states: string[];
}

/** A client of a scripted server, on a clock turned by hand. */
export function world(options: Partial<ClientOptions> = {}): World {
  const [server, clock] = [new ScriptedServer(), new VirtualClock()];
  const client = createClient(chat, {
    url: "ws://scripted/live",
    autoConnect: false,
    clock,
    random: seededRandom(1),
    network: null,
    WebSocket: server.WebSocket,
    ...options,
  });
  const [errors, states]: [string[], string[]] = [[], []];
  client.on("error", ({ code }) => errors.push(code));
  client.on("state", ({ kind }) => states.at(-1) !== kind && states.push(kind));
  return { client, server, clock, errors, states };
}

/** The same, connected. */
export async function connected(options: Partial<ClientOptions> = {}): Promise<World> {
  const made = world(options);
  await made.client.connect();
  return made;
}
