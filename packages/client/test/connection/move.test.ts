import type { Envelope, Hello, JoinResult } from "@tautline/protocol";
import type { ScriptedConnection } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { connected, type World } from "../setup.js";

/** A client that the server asks to move, with its old connection and the new one, whose hello is not answered. */
interface Moving extends World {
  readonly old: ScriptedConnection;
  readonly next: ScriptedConnection;
  /** Answers the hello: every room is recovered, or as `rooms` says. */
  welcome(rooms?: readonly JoinResult[]): Promise<void>;
}

const spanMs = 10_000;

/** `before` acts on the first connection. The span's random moment has come; the server answers no hello by itself any more. */
async function moving(before: (world: World) => void = () => {}): Promise<Moving> {
  const world = await connected();
  const { server, clock } = world;
  const old = server.last;
  before(world);
  await clock.settle();
  world.states.length = 0;
  let hello: Hello | undefined;
  server.on("$hello", (envelope) => {
    hello = envelope as Hello;
    return undefined;
  });
  old.send({ type: "$reconnect", data: { withinMs: spanMs } });
  while (server.connections.length < 2) await clock.advance(100);
  await clock.settle();
  const welcome = async (rooms?: readonly JoinResult[]) => {
    server.last.send({
      type: "$welcome",
      data: {
        connection: "connection-2",
        user: "ada",
        member: "ada-1",
        resumed: true,
        heartbeatMs: 20_000,
        limits: { messageBytes: 65_536, rooms: 128, unanswered: 256 },
        rooms:
          rooms ??
          hello?.data.rooms.map(({ room, epoch = "epoch", offset = 0 }) => {
            return { room, epoch, offset, head: offset, recovered: true };
          }),
      },
    });
    await clock.settle();
  };
  return { ...world, old, next: server.last, welcome };
}

const message = (offset: number): Envelope => ({
  type: "message",
  room: "chat/lobby",
  offset,
  data: { text: `${offset}` },
});

describe("[12.3] moving to a new connection, since the server leaves (F-16)", () => {
  it("keeps the old one until the new one is welcomed, and the program sees no interruption", async () => {
    const { client, old, next, states, clock, welcome } = await moving();
    expect(client.state).toMatchObject({ kind: "connected", connection: "connection-1" });
    expect(old.socket.closeRequests).toEqual([]);
    await welcome();
    expect(client.state).toMatchObject({ kind: "connected", connection: "connection-2" });
    expect(old.socket.closeRequests).toMatchObject([{ code: 1000 }]);
    expect(next.socket.closeRequests).toEqual([]);
    expect(states).toEqual(["connected"]);
    await client.close();
    await clock.settle();
    expect(clock.pending).toBe(0);
  });

  it("takes publications from the old one until the welcome, from the new one after it, each once", async () => {
    const heard: string[] = [];
    const { client, old, next, clock, welcome, server } = await moving(({ client }) => {
      const lobby = client.room("chat/lobby");
      lobby.on("message", ({ data }) => heard.push(data.text));
      lobby.on("state", ({ kind }) => heard.push(kind));
      void lobby.join();
    });
    expect(heard).toEqual(["joining", "joined"]);
    expect(server.of("$hello").at(-1)?.data).toMatchObject({
      rooms: [{ room: "chat/lobby", epoch: "epoch", offset: 0 }],
    });
    old.send(message(1), message(2));
    await welcome();
    old.send(message(3));
    next.send(message(1), message(2), message(3), message(4));
    await clock.settle();
    expect(heard.slice(2)).toEqual(["1", "2", "3", "4"]);
    expect(client.room("chat/lobby").position).toEqual({ epoch: "epoch", offset: 4 });
    await client.close();
  });

  it("asks the new one again where the old one has moved it on since the hello, and tells no gap", async () => {
    const heard: unknown[] = [];
    const { client, old, next, clock, welcome } = await moving(({ client, server }) => {
      const lobby = client.room("chat/lobby");
      lobby.on("message", ({ data }) => heard.push(data.text));
      lobby.on("gap", (gap) => heard.push(gap));
      // Not answered before the hello is written, which therefore names no position.
      server.on("$join", () => undefined);
      void lobby.join();
    });
    const joined = { room: "chat/lobby", epoch: "epoch", recovered: false };
    old.send({ type: "$joined", data: { ...joined, offset: 0, head: 2 } }, message(1));
    await welcome([{ ...joined, offset: 2, head: 2 }]);
    expect(client.room("chat/lobby").state.kind).toBe("joining");
    expect(next.of("$join")).toMatchObject([{ data: { room: "chat/lobby", epoch: "epoch", offset: 1 } }]);
    next.send({ type: "$joined", data: { ...joined, offset: 1, head: 2, recovered: true } }, message(2));
    await clock.settle();
    expect(client.room("chat/lobby").state.kind).toBe("joined");
    expect(heard).toEqual(["1", "2"]);
    await client.close();
  });

  it("asks the new one again also where the old one has left a hole since the hello, which nobody could be asked for", async () => {
    const heard: unknown[] = [];
    const { client, old, next, clock, welcome } = await moving(({ client }) => {
      const lobby = client.room("chat/lobby");
      lobby.on("message", ({ data }) => heard.push(data.text));
      lobby.on("gap", (gap) => heard.push(gap));
      void lobby.join();
    });
    old.send(message(1), message(3));
    const joined = { room: "chat/lobby", epoch: "epoch", head: 3 };
    await welcome([{ ...joined, offset: 3, recovered: false, reason: "too-many" }]);
    expect(next.of("$join")).toMatchObject([{ data: { room: "chat/lobby", epoch: "epoch", offset: 1 } }]);
    next.send({ type: "$joined", data: { ...joined, offset: 1, recovered: true } }, message(2), message(3));
    await clock.settle();
    expect(heard).toEqual(["1", "2", "3"]);
    await client.close();
  });

  it("[8.9] tells no gap of what the old one has brought since the hello, though the new one does", async () => {
    const heard: unknown[] = [];
    const { client, old, next, clock, welcome } = await moving(({ client }) => {
      const lobby = client.room("chat/lobby");
      lobby.on("message", ({ data }) => heard.push(data.text));
      lobby.on("gap", ({ from, to }) => heard.push({ from, to }));
      void lobby.join();
    });
    old.send(message(1));
    await welcome();
    const gap = { room: "chat/lobby", reason: "trimmed", epoch: "epoch" };
    next.send({ type: "$gap", data: { ...gap, offset: 1, from: 1, to: 1 } }, message(2));
    next.send({ type: "$gap", data: { ...gap, offset: 4, from: 3, to: 4 } }, message(5));
    await clock.settle();
    expect(heard).toEqual(["1", "2", { from: 3, to: 4 }, "5"]);
    await client.close();
  });

  it("asks the new one again for what is sent to the user, too", async () => {
    const heard: unknown[] = [];
    const own = { room: "$user", epoch: "e" };
    const event = (offset: number): Envelope => ({
      ...{ type: "notice", room: "$user", offset, data: { text: `${offset}` } },
    });
    const { client, old, next, clock, welcome } = await moving(({ client, server }) => {
      client.on("notice", ({ data }) => heard.push(data.text));
      client.on("gap", (gap) => heard.push(gap));
      server.last.send({ type: "$joined", data: { ...own, offset: 0, head: 0, recovered: false } });
    });
    old.send(event(1));
    await welcome([{ ...own, offset: 2, head: 2, recovered: false, reason: "trimmed" }]);
    expect(next.of("$join")).toMatchObject([{ data: { room: "$user", epoch: "e", offset: 1 } }]);
    next.send({ type: "$joined", data: { ...own, offset: 1, head: 2, recovered: true } }, event(2));
    await clock.settle();
    expect(heard).toEqual(["1", "2"]);
    await client.close();
  });

  it("takes nothing unkept from the old one while the new one's hello is not answered: it may come over both", async () => {
    const heard: string[] = [];
    const hear = ({ data }: { readonly data: { readonly text: string } }) => heard.push(data.text);
    const unkept = (text: string, room?: string): Envelope => {
      return { type: room === "chat/lobby" ? "message" : "notice", room, data: { text } };
    };
    const all = (text: string) =>
      ["chat/lobby", "$user", undefined].map((room) => unkept(`${text} ${room}`, room));
    const { client, old, next, clock, welcome } = await moving(({ client, server }) => {
      client.on("notice", hear);
      client.room("chat/lobby").on("message", hear);
      void client.room("chat/lobby").join();
      server.last.send({ type: "$joined", data: { room: "$user", recovered: false } });
    });
    // The server has welcomed the new one, and gives both the same; the old one is faster.
    old.send(...all("both"), message(1));
    await clock.settle();
    await welcome();
    next.send(...all("both"), message(1));
    await clock.settle();
    expect(heard).toEqual(["1", "both chat/lobby", "both $user", "both undefined"]);
    await client.close();
  });

  it("takes what is unkept from the old one until the new one's hello is written, and again where that is refused", async () => {
    const { client, server, clock } = await connected();
    const heard: string[] = [];
    client.on("notice", ({ data }) => heard.push(data.text));
    const old = server.last;
    const notice = (text: string) => old.send({ type: "notice", data: { text } });
    server.on("$hello", () => undefined);
    old.send({ type: "$reconnect", data: { withinMs: spanMs } });
    await clock.settle();
    notice("before");
    while (server.of("$hello").length < 2) await clock.advance(100);
    notice("meanwhile");
    await clock.settle();
    server.last.close(1013);
    await clock.settle();
    notice("after");
    await clock.settle();
    expect(heard).toEqual(["before", "after"]);
    await client.close();
  });

  it("hears nothing but answers from the old one once the new one is welcomed (F-11)", async () => {
    const heard: string[] = [];
    const { client, old, next, clock, welcome } = await moving(({ client, server }) => {
      const lobby = client.room("chat/lobby");
      lobby.on("message", ({ data }) => heard.push(data.text));
      void lobby.join();
      // Not answered: the old one stays for it.
      server.on("order", () => undefined);
      void client.send("order", 1).then(() => heard.push("answered"));
    });
    await welcome();
    for (const connection of [old, next])
      connection.send({ type: "message", room: "chat/lobby", data: { text: "kept nowhere" } });
    old.send({ type: "$ack", id: 1 });
    await clock.settle();
    expect(heard).toEqual(["kept nowhere", "answered"]);
    await client.close();
  });

  it("holds new messages, waits for the old one's answers, and then sends what it held over the new one", async () => {
    const answered: string[] = [];
    const { client, old, next, clock, welcome } = await moving(({ client, server }) => {
      server.on("order", () => undefined);
      void client.send("order", 1).then(() => answered.push("first"));
    });
    void client.send("order", 2).then(() => answered.push("second"));
    await welcome();
    expect(next.of("order")).toEqual([]);
    expect(old.socket.closeRequests).toEqual([]);
    old.send({ type: "$ack", id: 1 });
    await clock.settle();
    expect(old.socket.closeRequests).toMatchObject([{ code: 1000 }]);
    expect(next.of("order")).toMatchObject([{ id: 2, data: 2 }]);
    next.send({ type: "$ack", id: 2 });
    await clock.settle();
    expect(answered).toEqual(["first", "second"]);
    await client.close();
  });

  it.each(["the span is over", "the old connection ends"])(
    "repeats on the new one what the old one has not answered when %s",
    async (what) => {
      const { client, old, next, clock, welcome } = await moving(({ client, server }) => {
        server.on("order", () => undefined);
        void client.send("order", 1).catch(() => {});
      });
      await welcome();
      expect(next.of("order")).toEqual([]);
      if (what === "the span is over") await clock.advance(spanMs);
      else old.close(4409, "replaced");
      await clock.settle();
      expect(next.of("order")).toMatchObject([{ id: 1, data: 1 }]);
      expect(client.state).toMatchObject({ kind: "connected", connection: "connection-2" });
      await client.close();
    },
  );

  it("goes on with the new one where the old one ends before the welcome, whatever it says", async () => {
    for (const code of [1012, 4409, 1008]) {
      const { client, old, clock, welcome, server } = await moving(({ client }) => {
        void client.room("chat/lobby").join();
      });
      old.close(code);
      await clock.settle();
      expect(client.state).toEqual({ kind: "connecting", step: "hello" });
      expect(client.room("chat/lobby").state.kind).toBe("joining");
      await welcome();
      expect(client.state.kind).toBe("connected");
      expect(client.room("chat/lobby").state.kind).toBe("joined");
      expect(server.connections).toHaveLength(2);
      expect(server.of("$join")).toHaveLength(1);
      await client.close();
    }
  });

  it.each(["refused", "timed out"])(
    "stays with the old one where the new one is %s, and sends there what it held",
    async (how) => {
      const { client, old, next, clock, server, states } = await moving();
      const lobby = client.room("chat/lobby");
      const joined = lobby.join();
      const sent = client.send("order", 1);
      await clock.settle();
      if (how === "refused") next.close(1013);
      else await clock.advance(10_000);
      await Promise.all([joined, sent]);
      expect(old.of("order")).toMatchObject([{ data: 1 }]);
      expect(old.of("$join")).toHaveLength(1);
      expect(states).toEqual([]);
      old.close(1012);
      server.on("$hello", undefined);
      await clock.advance(1_000);
      expect(client.state.kind).toBe("connected");
      expect(lobby.state.kind).toBe("joined");
      await client.close();
    },
  );

  it("tries again within the span where the new one is refused, and no more after it", async () => {
    const { client, old, next, clock, server, welcome } = await moving();
    next.close(1013);
    await clock.advance(999);
    expect(server.connections).toHaveLength(2);
    while (server.connections.length < 3) await clock.advance(100);
    await welcome();
    expect(client.state).toMatchObject({ kind: "connected", connection: "connection-2" });
    expect(old.socket.closeRequests).toMatchObject([{ code: 1000 }]);
    await client.close();

    const late = await moving();
    while (late.server.connections.length < 20 && late.client.state.kind === "connected") {
      late.server.last.close(1013);
      await late.clock.advance(1_000);
    }
    expect(late.server.connections.length).toBeLessThan(10);
    await late.client.close();
  });

  it("tells the one that stays what the new one, which is refused, was to be told of presence", async () => {
    const told = (connection: ScriptedConnection) => connection.of("$presence").map(({ data }) => data);
    const { client, server, clock } = await connected();
    const [old, lobby] = [server.last, client.room("chat/lobby")];
    await lobby.join({ presence: { name: "Ada" } });
    server.accepts = false;
    old.send({ type: "$reconnect", data: { withinMs: spanMs } });
    while (server.connections.length < 2) await clock.advance(100);
    await lobby.setPresence({ name: "Lovelace" });
    server.on("$hello", () => undefined);
    server.last.socket.accept();
    await clock.settle();
    expect(server.last.of("$hello")).toMatchObject([
      { data: { rooms: [{ room: "chat/lobby", presence: { name: "Lovelace" } }] } },
    ]);
    expect(told(old)).toEqual([]);
    server.last.close(1013);
    await clock.settle();
    expect(told(old)).toEqual([{ room: "chat/lobby", state: { name: "Lovelace" } }]);
    await client.close();
  });

  it("asks the new one for a room that was joined in between, and leaves one that was left", async () => {
    const { client, clock, next, welcome, server } = await moving(({ client }) => {
      void client.room("chat/left").join();
    });
    client.room("chat/left").leave();
    const joined = client.room("chat/late").join();
    await clock.advance(100);
    expect(server.of("$leave")).toEqual([]);
    await welcome();
    await joined;
    expect(next.of("$join")).toMatchObject([{ data: { room: "chat/late" } }]);
    expect(next.of("$leave")).toMatchObject([{ data: { room: "chat/left" } }]);
    await client.close();
  });

  it("lets go of both when the program closes it", async () => {
    const { client, old, next } = await moving();
    await client.close();
    expect(old.socket.closeRequests).toMatchObject([{ code: 1000 }]);
    expect(next.socket.closeRequests).toMatchObject([{ code: 1000 }]);
  });
});
