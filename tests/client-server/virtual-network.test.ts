import { createClient } from "@tautline/client";
import { defineContract, unchecked } from "@tautline/protocol";
import { allowAll, createServer, guests, type Server } from "@tautline/server";
import { seededRandom, VirtualClock, VirtualNetwork } from "@tautline/testing";
import { expect, it } from "vitest";

const chat = defineContract({
  rooms: {
    "chat/:id": {
      messages: { say: { data: unchecked<string>() } },
      events: { said: { data: unchecked<string>() } },
    },
  },
});

const url = "ws://chat.test/live";

it("carries a chat of two real clients over a cut, with nothing lost", async () => {
  const [clock, random] = [new VirtualClock(), seededRandom(7)];
  const network = new VirtualNetwork({ clock, random, conditions: { latencyMs: [5, 40] } });
  const server: Server<typeof chat> = createServer(chat, {
    authenticate: guests(),
    authorize: allowAll,
    rooms: { "chat/:id": { history: { size: 100 } } },
    clock,
    random,
  });
  server.handle("chat/:id", "say", async ({ room, data }) => {
    await room.publish("said", data);
  });
  network.listen(url, (transport, request) => server.accept(transport, request));
  const open = () => createClient(chat, { url, clock, random, network: null, WebSocket: network.WebSocket });
  const [ada, bob] = [open(), open()];
  const heard: string[] = [];
  bob.room("chat/lobby").on("said", ({ data }) => heard.push(data));
  await clock.until(Promise.all([bob.room("chat/lobby").join(), ada.room("chat/lobby").join()]));

  await clock.until(ada.room("chat/lobby").send("say", "one"));
  network.links.cut();
  await clock.until(() => ada.state.kind === "waiting");
  await clock.until(ada.room("chat/lobby").send("say", "two"));
  await clock.until(() => heard.length === 2);

  expect(heard).toEqual(["one", "two"]);
  await clock.until(Promise.all([ada.close(), bob.close(), server.close()]));
  expect(network.links.size).toBe(0);
  expect(clock.pending).toBe(0);
});
