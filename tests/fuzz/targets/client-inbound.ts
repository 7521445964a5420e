import { type Client, createClient } from "@tautline/client";
import { TautlineError } from "@tautline/protocol";
import { ScriptedServer, seededRandom, VirtualClock } from "@tautline/testing";
import fc from "fast-check";
import { bytesOf, check, type Target, textOf } from "../engine/target.js";
import { hostileEnvelope, protocolWords } from "../inputs/hostile-envelope.js";
import { recordedFrames } from "../inputs/recorded-frames.js";
import { chat } from "../world/chat-server.js";

/** What a client gets from its server, a message each line, while it is in a room, joins another and waits for answers. */
export const target: Target = {
  name: "client-inbound",
  covers: [
    "client/src/frames.ts",
    "client/src/inbound.ts",
    "client/src/breach.ts",
    "client/src/peer-error.ts",
    "client/src/room/",
  ],
  words: [
    ...protocolWords,
    "\n",
    '{"type":"$gap","data":{"room":"chat/lobby","reason":"trimmed","epoch":"epoch","offset":9}}',
  ],
  seeds: async () => {
    const { fromServer } = await recordedFrames();
    return fromServer.map((frames) => bytesOf(frames.slice(1).join("\n")));
  },
  structured: fc
    .array(hostileEnvelope, { minLength: 1, maxLength: 8 })
    .map((envelopes) => bytesOf(envelopes.map((envelope) => JSON.stringify(envelope)).join("\n"))),
  async run(input) {
    const [server, clock] = [new ScriptedServer(), new VirtualClock()];
    const client = createClient(chat, {
      url: "ws://scripted",
      clock,
      random: seededRandom(1),
      network: null,
      WebSocket: server.WebSocket,
      token: () => "t",
    });
    const told = listen(client);
    const lobby = client.room("chat/:id", { id: "lobby" });
    await Promise.all([client.connect(), lobby.join()]);
    for (const type of ["$join", "rename", "order"]) server.on(type, () => undefined);
    const settled = waiting(client);
    for (const line of textOf(input).split("\n")) server.last.sendRaw(line);
    await clock.settle();
    await clock.advance(60_000);
    const sockets = server.connections.length;
    check(sockets <= 65, `expected few sockets in a minute, got ${sockets}`);
    check(
      server.connections.filter(({ socket }) => socket.readyState < 2).length <= 2,
      "expected two sockets at most",
    );
    checkState(client);
    check(settled.count === settled.of, `expected every promise to be settled, got ${settled.count}`);
    await client.close();
    await clock.settle();
    check(clock.pending === 0, `expected no timer to be left, got ${clock.pending}`);
    check(
      told.every((error) => error instanceof TautlineError),
      "expected errors of one kind",
    );
  },
};

function checkState({ state }: Client<typeof chat>): void {
  if (state.kind === "waiting" || (state.kind === "closed" && state.error)) {
    check(state.error instanceof TautlineError, "expected a TautlineError");
  }
}

/** Listens to everything; gives what `error` told. */
function listen(client: Client<typeof chat>): readonly unknown[] {
  const errors: unknown[] = [];
  const room = client.room("chat/:id", { id: "lobby" });
  client.on("error", (error) => errors.push(error));
  client.on("notice", () => undefined);
  for (const type of ["message", "typing", "reaction"] as const) room.on(type, () => undefined);
  for (const type of ["gap", "presence"] as const) room.on(type, () => undefined);
  return errors;
}

/** What waits for the server, each with an end in time. */
function waiting(client: Client<typeof chat>): { readonly of: number; count: number } {
  const promises = [
    client.request("rename", { name: "Ada" }),
    client.send("order", 1, { timeoutMs: 30_000 }),
    client.room("chat/:id", { id: "a" }).join(),
    client.room("chat/:id", { id: "lobby" }).load(() => "loaded"),
  ];
  const settled = { of: promises.length, count: 0 };
  for (const promise of promises) {
    promise.then(
      () => settled.count++,
      (error: unknown) => {
        check(error instanceof TautlineError, "expected a rejection by a TautlineError");
        settled.count++;
      },
    );
  }
  return settled;
}
