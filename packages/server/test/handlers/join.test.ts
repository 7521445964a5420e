import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { type ChatOptions, chatServer, deferred } from "../support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };
const room = "chat/a";

/** A server whose application takes its time to permit the first join. */
function hesitating(options: ChatOptions = {}) {
  const clock = new VirtualClock();
  const first = deferred<boolean>();
  const answers = [first.promise];
  const server = chatServer({
    clock,
    random: seededRandom(1),
    heartbeat: { intervalMs: 1_000_000 },
    authorize: ({ action }) => (action.kind === "join" && answers.shift()) || true,
    ...options,
  });
  const told: string[] = [];
  server.onRoom("chat/:id", { joined: () => told.push("joined"), left: () => told.push("left") });
  const accept = (protocol: string) => {
    const transport = new ScriptedTransport(protocol);
    server.accept(transport, request);
    return transport;
  };
  return { clock, server, told, accept, permit: () => first.resolve(true) };
}

describe("a join that is permitted too late", () => {
  it("does not touch the one that was made meanwhile", async () => {
    const { clock, server, told, accept, permit } = hesitating();
    const transport = accept("");
    await clock.settle();
    transport.send({ type: "$join", id: 1, data: { room } });
    await clock.advance(30_000);
    expect(transport.take("$error")).toMatchObject({ id: 1, room, error: { code: "TIMEOUT" } });
    transport.send({ type: "$join", id: 2, data: { room } });
    await clock.settle();
    expect(transport.take("$joined")).toMatchObject({ id: 2 });
    permit();
    await server.room(room).publish("message", { text: "still here", by: "x" });
    await clock.settle();
    expect(transport.take("message").data).toMatchObject({ text: "still here" });
    expect(told).toEqual(["joined"]);
  });

  it("makes nobody a member who gave it up", async () => {
    const { clock, server, told, accept, permit } = hesitating();
    const transport = accept("");
    await clock.settle();
    transport.send({ type: "$join", id: 1, data: { room } });
    transport.send({ type: "$cancel", data: { id: 1 } });
    permit();
    await clock.settle();
    expect(transport.sent.map(({ type }) => type)).toEqual(["$error"]);
    expect(server.stats()).toMatchObject({ rooms: 0, memberships: 0 });
    expect(told).toEqual([]);
  });

  it("[4.9] of $hello is refused when its time is over, and hinders neither welcome nor other rooms", async () => {
    const { clock, server, accept, permit } = hesitating();
    const transport = accept("tautline.v1.json");
    const rooms = [{ room }, { room: "chat/b" }];
    transport.send({ type: "$hello", data: { client: "client-0123456789", attempt: 1, rooms } });
    await clock.advance(29_000);
    expect(transport.sent).toEqual([]);
    await clock.advance(1_000);
    expect(transport.take("$welcome").data).toMatchObject({
      rooms: [
        { room, error: { code: "TIMEOUT" } },
        { room: "chat/b", recovered: false },
        { room: "$user", recovered: false },
      ],
    });
    permit();
    await clock.settle();
    expect(server.stats()).toMatchObject({ rooms: 1, memberships: 1 });
  });
});

describe("a member that leaves while its message is checked", () => {
  it("[9.1] is no member any more when the handler would run", async () => {
    const permission = deferred<boolean>();
    const { clock, server, accept } = hesitating({
      authorize: ({ action }) => action.kind !== "message" || permission.promise,
    });
    let said = 0;
    server.handle("chat/:id", "say", () => void said++);
    const connected = deferred<{ leave(room: string): boolean }>();
    server.on("connect", async ({ connection }) => {
      await connection.join(room);
      connected.resolve(connection);
    });
    const transport = accept("");
    const connection = await connected.promise;
    transport.send({ type: "say", id: 1, room, data: { text: "hi" } });
    connection.leave(room);
    permission.resolve(true);
    await clock.settle();
    expect(transport.take("$error")).toMatchObject({ id: 1, room, error: { code: "NOT_A_MEMBER" } });
    expect(said).toBe(0);
  });
});
