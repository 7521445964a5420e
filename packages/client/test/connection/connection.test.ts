import { TautlineError } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import type { Network, NetworkChange } from "../../src/reconnecting-websocket/network.js";
import { connected, world } from "../setup.js";

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "resolved",
    (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
  );

/** A network whose changes are made by hand. */
function handNetwork(): Network & { change(change: NetworkChange): void; readonly listeners: number } {
  const listeners = new Set<(change: NetworkChange) => void>();
  return {
    online: true,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    change: (change) => {
      for (const listener of listeners) listener(change);
    },
    get listeners() {
      return listeners.size;
    },
  };
}

describe("coming back", () => {
  it.each([1001, 1005, 1006, 1011, 1012, 1013, 4408, 4410, 4429])(
    "[13.3] comes back after %i",
    async (code) => {
      const { client, server, clock } = await connected();
      server.last.close(code);
      expect(client.state.kind).toBe("waiting");
      await clock.advance(60_000);
      expect(client.state.kind).toBe("connected");
      await client.close();
    },
  );

  it.each([1000, 1002, 1003, 1007, 1009, 4409])(
    "[13.3] stays closed after %i, and tells why (F-19)",
    async (code) => {
      const { client, server, clock } = await connected();
      server.last.close(code, "because");
      await clock.advance(600_000);
      expect(client.state).toMatchObject({
        kind: "closed",
        error: { message: `dropped: ${code} because` },
      });
      expect(server.connections).toHaveLength(1);
      expect(clock.pending).toBe(0);
    },
  );

  it("can be opened again after it was closed for good", async () => {
    const { client, server } = await connected();
    server.last.close(1000);
    await client.connect();
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("[13.1] [14.2] waits as long as the error before the close says, whatever the device does", async () => {
    const network = handNetwork();
    const { client, server, clock } = await connected({ network });
    const error = { code: "RATE_LIMITED", message: "slower", retryAfterMs: 10_000 } as const;
    server.last.send({ type: "$error", error });
    server.last.close(4429);
    network.change("visible");
    await clock.advance(9_999);
    expect(server.connections).toHaveLength(1);
    await clock.advance(1_001);
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("waits longer each time, until a connection has proved stable", async () => {
    const { client, server, clock } = await connected();
    const delays: number[] = [];
    client.on("state", (state) => state.kind === "waiting" && delays.push(state.delayMs));
    for (let n = 0; n < 8; n++) {
      server.last.cut();
      while (client.state.kind !== "connected") await clock.advance(100);
    }
    for (const [n, delay] of delays.entries()) expect(delay).toBeLessThanOrEqual(500 * 2 ** n);
    expect(Math.max(...delays)).toBeGreaterThan(500);
    await clock.advance(5_000);
    server.last.cut();
    expect(delays.at(-1)).toBeLessThanOrEqual(500);
    await client.close();
  });

  it("stays closed where the retry policy says so", async () => {
    const { client, server } = await connected({ retryPolicy: () => null });
    server.last.cut();
    expect(client.state).toMatchObject({ kind: "closed", error: { code: "CLOSED" } });
  });

  it("gives up an attempt whose socket never opens, and one whose welcome never comes", async () => {
    const { client, server, clock } = world({ connectTimeoutMs: 1_000, retryPolicy: () => 100_000 });
    server.accepts = false;
    void client.connect().catch(() => {});
    await clock.advance(1_000);
    expect(client.state).toMatchObject({ kind: "waiting", error: { code: "TIMEOUT" } });
    server.accepts = true;
    server.on("$hello", () => undefined);
    void client.connect().catch(() => {});
    await clock.settle();
    expect(client.state).toEqual({ kind: "connecting", step: "hello" });
    await clock.advance(1_000);
    expect(client.state).toMatchObject({ kind: "waiting", error: { code: "TIMEOUT" } });
    await client.close();
  });

  it("[5.6] ignores what an old socket still tells", async () => {
    const { client, server, clock } = world({ connectTimeoutMs: 1_000 });
    server.accepts = false;
    void client.connect().catch(() => {});
    await clock.advance(1_000);
    const [old] = server.connections;
    server.accepts = true;
    await clock.advance(1_000);
    expect(client.state.kind).toBe("connected");
    old?.socket.accept();
    old?.send({ type: "nonsense" });
    old?.close(4409);
    expect(client.state.kind).toBe("connected");
    await client.close();
  });
});

describe("credentials", () => {
  const refuse = { type: "$error", error: { code: "UNAUTHENTICATED", message: "bad token" } } as const;

  it("[13.4] asks its token provider once more after a refusal, then stays closed", async () => {
    let asked = 0;
    const { client, server, clock } = world({ token: () => `token-${++asked}` });
    server.on("$hello", (_, connection) => {
      connection.send(refuse);
      connection.close(1008, "Invalid authentication token");
      return undefined;
    });
    const opened = codeOf(client.connect());
    const sent = codeOf(client.send("logout"));
    await clock.advance(10_000);
    expect(server.of("$hello").map(({ data }) => (data as { token: string }).token)).toEqual([
      "token-1",
      "token-2",
    ]);
    expect(client.state).toMatchObject({ kind: "closed", error: { code: "UNAUTHENTICATED" } });
    expect(await opened).toBe("UNAUTHENTICATED");
    expect(await sent).toBe("UNAUTHENTICATED");
    expect(await codeOf(client.send("logout"))).toBe("UNAUTHENTICATED");
    await clock.settle();
    expect(clock.pending).toBe(0);
  });

  it("does not ask twice with the same token", async () => {
    const { client, server, clock } = world({ token: "fixed" });
    server.on("$hello", (_, connection) => {
      connection.close(1008);
      return undefined;
    });
    void client.connect().catch(() => {});
    await clock.advance(10_000);
    expect(server.connections).toHaveLength(1);
    expect(client.state.kind).toBe("closed");
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("no"))],
  ])("tries again with backoff where the provider %s", async (_, failing) => {
    let fails = true;
    const { client, clock } = world({ token: () => (fails ? failing() : "token") });
    const opened = client.connect();
    await clock.settle();
    expect(client.state).toMatchObject({ kind: "waiting", error: { code: "UNAVAILABLE" } });
    fails = false;
    await clock.advance(1_000);
    await opened;
    await client.close();
  });

  it("[12.1] [12.2] renews its credentials on the living connection when they are about to end", async () => {
    let asked = 0;
    const { client, server, clock } = await connected({ token: async () => `token-${++asked}` });
    server.last.send({ type: "$token", data: { expiresInMs: 1_000 } });
    await clock.settle();
    expect(server.of("$token")).toMatchObject([{ data: { token: "token-2" } }]);
    await client.close();
  });

  it("[5.7] comes again as a new client where the user has changed, and sends nothing of the old one", async () => {
    const { client, server, clock } = await connected();
    const lobby = client.room("chat/lobby");
    await lobby.join();
    server.on("logout", () => undefined);
    const written = codeOf(client.send("logout"));
    await clock.settle();
    server.on("$hello", (_, connection) => {
      connection.send({ type: "$error", error: { code: "USER_CHANGED", message: "bob" } });
      connection.close(1008);
      server.on("$hello", undefined);
      return undefined;
    });
    server.last.cut();
    const unwritten = codeOf(client.send("order", 1));
    await clock.advance(2_000);
    expect(await written).toBe("USER_CHANGED");
    expect(await unwritten).toBe("USER_CHANGED");
    const [first, , third] = server.of("$hello").map(({ data }) => data as Record<string, unknown>);
    expect(third?.client).not.toBe(first?.client);
    expect(third).toMatchObject({ attempt: 1, rooms: [{ room: "chat/lobby" }] });
    expect(third).not.toHaveProperty("user");
    expect(JSON.stringify(third?.rooms)).not.toContain("epoch");
    await client.send("order", 2);
    expect(server.last.of("order")).toMatchObject([{ id: 1, data: 2 }]);
    await client.close();
  });
});

describe("a server that breaks the protocol", () => {
  const welcome = { type: "$welcome", data: {} };
  it.each([
    ["no JSON", "nonsense"],
    ["no envelope", "[]"],
    ["binary", new Uint8Array([1])],
    ["a join without a room", { type: "$joined", data: {} }],
    ["half a position", { type: "$joined", data: { room: "chat/a", offset: 1 } }],
    ["a second welcome", welcome],
    ["an event that belongs to the client", { type: "gap" }],
    ["presence without a version", { type: "$presence", data: { room: "chat/a" } }],
  ])("[2.12] [13.5] is closed with 4400 at %s", async (_, what) => {
    const { client, server, clock } = await connected();
    client.room("chat/a");
    server.last.socket.receive(what);
    await clock.settle();
    expect(server.last.socket.closeRequests).toMatchObject([{ code: 4400 }]);
    expect(client.state).toMatchObject({ kind: "closed", error: { code: "BAD_ENVELOPE" } });
  });

  it.each([welcome, { type: "notice" }])(
    "[13.5] is closed with 4400 where %j comes in place of a welcome",
    async (what) => {
      const { client, server } = world();
      server.on("$hello", () => what);
      expect(await codeOf(client.connect())).toBe("BAD_ENVELOPE");
      expect(server.last.socket.closeRequests).toMatchObject([{ code: 4400 }]);
    },
  );

  it("asks no more of the runtime's timers than they can", async () => {
    const { client, server, clock } = world();
    server.welcome = { heartbeatMs: Number.MAX_SAFE_INTEGER };
    await client.connect();
    await clock.advance(60_000);
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("survives a runtime that cannot make its name", async () => {
    const bytes = (): Uint8Array => {
      throw new Error("no crypto");
    };
    const { client, server } = world({ random: { float: () => 0, bytes } });
    await expect(client.connect()).rejects.toThrow("no crypto");
    expect(server.last.socket.closeRequests).toMatchObject([{ code: 4400 }]);
  });

  it("[1.2] is closed with 4400 where it speaks another protocol (F-42)", async () => {
    const { client, server } = world();
    server.accepts = false;
    const opened = codeOf(client.connect());
    await Promise.resolve()
      .then(() => {})
      .then(() => {})
      .then(() => {})
      .then(() => {});
    server.last.socket.accept("");
    expect(await opened).toBe("BAD_ENVELOPE");
  });
});

describe("the heartbeat", () => {
  it("[11.1] answers a ping at once", async () => {
    const { client, server, clock } = await connected();
    server.last.send({ type: "ping" });
    await clock.settle();
    expect(server.of("pong")).toHaveLength(1);
    await client.close();
  });

  it("[11.4] takes silence longer than interval and grace for the end, cuts the socket and connects again at once", async () => {
    const { client, server, clock } = await connected();
    await clock.advance(24_999);
    server.last.send({ type: "ping" });
    await clock.advance(24_999);
    expect(server.connections).toHaveLength(1);
    server.last.socket.answersClose = false;
    await clock.advance(1);
    expect(server.connections).toHaveLength(2);
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("counts the time without a connection from when it noticed the silence", async () => {
    const elapsed: number[] = [];
    const retryPolicy = ({ elapsedMs }: { readonly elapsedMs: number }) => elapsed.push(elapsedMs) * 1_000;
    const { client, server, clock } = await connected({ retryPolicy, connectTimeoutMs: 1_000 });
    server.accepts = false;
    await clock.advance(26_000);
    expect(elapsed).toEqual([1_000]);
    await client.close();
  });

  it.each(["online", "visible"] as const)(
    "[11.5] probes when the device is %s, and gives it 3 s",
    async (change) => {
      const network = handNetwork();
      const { client, server, clock } = await connected({ network });
      network.change(change);
      await clock.advance(3_000);
      expect(server.of("ping")).toHaveLength(1);
      expect(server.connections).toHaveLength(1);
      server.on("ping", () => undefined);
      network.change(change);
      await clock.advance(2_999);
      expect(server.connections).toHaveLength(1);
      await clock.advance(1);
      expect(server.connections).toHaveLength(2);
      await client.close();
      expect(network.listeners).toBe(0);
    },
  );

  it("connects at once when the device is online again between attempts", async () => {
    const network = handNetwork();
    const { client, server, clock } = world({ network });
    server.accepts = false;
    void client.connect().catch(() => {});
    await clock.settle();
    for (let n = 0; n < 6; n++) {
      server.last.socket.fail();
      if (client.state.kind === "waiting" && n < 5) await clock.advance(client.state.delayMs);
    }
    server.accepts = true;
    network.change("online");
    await clock.settle();
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("[12.3] leaves at a random moment within the span when the server asks for it", async () => {
    const { client, server, clock } = await connected();
    server.last.send({ type: "$reconnect", data: { withinMs: 10_000 } });
    await clock.settle();
    expect(server.connections).toHaveLength(1);
    await clock.advance(10_000);
    expect(server.connections).toHaveLength(2);
    expect(server.connections[0]?.socket.closeRequests).toMatchObject([{ code: 1000 }]);
    expect(client.state.kind).toBe("connected");
    await client.close();
  });

  it("waits for answers before it leaves, holds what is new for the next connection, and goes at the end of the span", async () => {
    const { client, server, clock } = await connected();
    server.on("order", () => undefined);
    const answered = client.send("order", 1);
    await clock.settle();
    server.last.send({ type: "$reconnect", data: { withinMs: 10_000 } });
    await clock.advance(9_999);
    const held = client.send("order", 2);
    await clock.settle();
    expect(server.of("order")).toHaveLength(1);
    server.on("order", undefined);
    server.last.send({ type: "$ack", id: 1 });
    await Promise.all([answered, held]);
    expect(server.connections).toHaveLength(2);
    expect(server.last.of("order")).toMatchObject([{ id: 2, data: 2 }]);

    server.on("order", () => undefined);
    const lost = codeOf(client.send("order", 3));
    await clock.settle();
    server.last.send({ type: "$reconnect", data: { withinMs: 10_000 } });
    await clock.advance(10_000);
    expect(server.connections).toHaveLength(3);
    expect(await lost).toBe("OUTCOME_UNKNOWN");
    await client.close();
  });
});
