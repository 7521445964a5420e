import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { jsonCodec } from "@tautline/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { ConnectionPool, type PooledConnection } from "../src/connection-pool.js";

interface Recorder extends PooledConnection<string> {
  readonly got: string[];
}

function recorder(id: string, userId?: string): Recorder {
  const got: string[] = [];
  return { id, userId, got, push: (text) => got.push(text) };
}

function poolOf(...connections: Recorder[]): ConnectionPool<Recorder, string> {
  const pool = new ConnectionPool<Recorder, string>();
  for (const connection of connections) pool.add(connection);
  return pool;
}

describe("ConnectionPool", () => {
  it("broadcasts to everyone but those left out, and says to how many", () => {
    const [a, b, c] = [recorder("a"), recorder("b"), recorder("c")];
    const pool = poolOf(a, b, c);
    expect(pool.broadcast("one")).toBe(3);
    expect(pool.broadcast("two", { except: a })).toBe(2);
    expect(pool.broadcast("three", { except: new Set([a, b]) })).toBe(1);
    expect([a.got, b.got, c.got]).toEqual([["one"], ["one", "two"], ["one", "two", "three"]]);
  });

  it("sends to every connection of a user", () => {
    const [tab, phone, other] = [recorder("a", "u1"), recorder("b", "u1"), recorder("c", "u2")];
    const pool = poolOf(tab, phone, other);
    expect(pool.user("u1").send("hi")).toBe(2);
    expect(pool.user("nobody").send("hi")).toBe(0);
    expect([tab.got, phone.got, other.got]).toEqual([["hi"], ["hi"], []]);
    expect([...pool.user("u1")]).toEqual([tab, phone]);
  });

  it("hands the very same frame to all, or the one of each connection's codec", () => {
    const encoded = jsonCodec.encode({ type: "notice" });
    if (!encoded.ok) throw encoded.error;
    const got: unknown[] = [];
    const pool = new ConnectionPool();
    pool.add({ id: "a", push: (frame) => got.push(frame) });
    pool.add({ id: "b", push: (frame) => got.push(frame) });
    pool.broadcast(encoded.value);
    expect(got[0]).toBe(encoded.value);
    expect(got[1]).toBe(encoded.value);

    const texts = poolOf(recorder("a"), recorder("b"));
    expect(texts.all.sendEach(({ id }) => `for ${id}`)).toBe(2);
    expect([...texts.all].map(({ got: [text] }) => text)).toEqual(["for a", "for b"]);
  });

  it("goes on with the others when one connection's push throws", () => {
    const broken: Recorder = {
      ...recorder("a"),
      push: () => {
        throw new Error("broken");
      },
    };
    const healthy = recorder("b");
    expect(poolOf(broken, healthy).broadcast("x")).toBe(1);
    expect(healthy.got).toEqual(["x"]);
  });

  it("forgets connection, user and rooms in one remove, which may come twice", () => {
    const connection = recorder("a", "u1");
    const pool = poolOf(connection);
    pool.join(connection, "r1");
    pool.join(connection, "__proto__");
    expect(pool.counts).toEqual({ connections: 1, users: 1, rooms: 2 });
    expect(pool.remove(connection)).toBe(true);
    expect(pool.remove(connection)).toBe(false);
    expect(pool.counts).toEqual({ connections: 0, users: 0, rooms: 0 });
  });

  it("refuses a join after the connection ended, so that no room keeps it", () => {
    const connection = recorder("a");
    const pool = poolOf(connection);
    pool.remove(connection);
    expect(pool.join(connection, "r")).toBe(false);
    expect(pool.counts.rooms).toBe(0);
  });

  it("refuses a second connection under the same id, and removing it does not remove the first", () => {
    const [first, second] = [recorder("a"), recorder("a")];
    const pool = poolOf(first);
    expect(pool.add(second)).toBe(false);
    expect(pool.remove(second)).toBe(false);
    expect(pool.get("a")).toBe(first);
  });

  it("keeps a connection to its limit of rooms", () => {
    const connection = recorder("a");
    const pool = new ConnectionPool<Recorder, string>({ maxRooms: 2 });
    pool.add(connection);
    expect([pool.join(connection, "1"), pool.join(connection, "2"), pool.join(connection, "3")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(pool.join(connection, "2"), "again").toBe(true);
    expect(pool.leave(connection, "1")).toBe(true);
    expect(pool.leave(connection, "1")).toBe(false);
    expect(pool.join(connection, "3")).toBe(true);
    expect(pool.roomsOf(connection)).toEqual(["2", "3"]);
    expect(() => new ConnectionPool({ maxRooms: 0 })).toThrow(/^maxRooms: expected/);
  });

  it("agrees with plain lists after any sequence of adds, removes, joins and leaves", () => {
    const index = fc.nat({ max: 5 });
    const step = fc.record({
      act: fc.constantFrom("add", "remove", "join", "leave"),
      who: index,
      room: index,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const everyone = Array.from({ length: 6 }, (_, i) => recorder(`c${i}`, `u${i % 2}`));
        const pool = poolOf();
        const rooms = new Map<Recorder, Set<number>>();
        for (const { act, who, room } of steps) {
          const connection = everyone[who] as Recorder;
          if (act === "add" && pool.add(connection)) rooms.set(connection, new Set());
          if (act === "remove" && pool.remove(connection)) rooms.delete(connection);
          if (act === "join" && pool.join(connection, `r${room}`)) rooms.get(connection)?.add(room);
          if (act === "leave" && pool.leave(connection, `r${room}`)) rooms.get(connection)?.delete(room);
        }
        expect(pool.size).toBe(rooms.size);
        for (let room = 0; room < 6; room++) {
          const expected = everyone.filter((connection) => rooms.get(connection)?.has(room));
          expect(new Set(pool.room(`r${room}`))).toEqual(new Set(expected));
        }
        for (const connection of everyone) pool.remove(connection);
        expect(pool.counts).toEqual({ connections: 0, users: 0, rooms: 0 });
      }),
    );
  });

  it("serves a bare ws server: broadcast to the others, clean-up when a socket is cut", async () => {
    const pool = new ConnectionPool<PooledConnection<string>, string>();
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    let ids = 0;
    const ended: Promise<void>[] = [];
    server.on("connection", (socket) => {
      const connection = { id: String(ids++), push: (text: string) => socket.send(text) };
      pool.add(connection);
      socket.on("message", (data) => pool.broadcast(String(data), { except: connection }));
      ended.push(new Promise((resolve) => socket.on("close", () => resolve(void pool.remove(connection)))));
    });
    await once(server, "listening");
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [alice, bob] = [new WebSocket(url), new WebSocket(url)];
    await Promise.all([once(alice, "open"), once(bob, "open")]);
    const heard = once(bob, "message");
    alice.send("hello");
    expect(String((await heard)[0])).toBe("hello");
    alice.terminate();
    bob.close();
    await Promise.all(ended);
    expect(pool.size).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });
});
