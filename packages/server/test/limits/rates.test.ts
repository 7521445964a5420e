import { describe, expect, it } from "vitest";
import { limited } from "./set-up.js";

const publication = { text: "hello", by: "ada" };

describe("rates", () => {
  it("A-60 joins are refused when they come too soon, each told when it may come again", async () => {
    const { clock, server, plain, reached } = limited({ rateLimit: { joins: 3, windowMs: 1_000 } });
    const peer = plain();
    await clock.settle();
    for (let id = 1; id <= 5; id++) peer.send({ type: "$join", id, data: { room: `chat/${id}` } });
    await clock.settle();
    for (const id of [4, 5]) {
      const error = { code: "RATE_LIMITED", retryAfterMs: 1_000 };
      expect(peer.take("$error")).toMatchObject({ id, error });
    }
    expect([server.stats().memberships, reached("rateLimit.joins")]).toEqual([3, 2]);
    await clock.advance(1_000);
    peer.send({ type: "$join", id: 6, data: { room: "chat/4" } });
    await clock.settle();
    expect(server.stats().memberships).toBe(4);
  });

  it("[7.2] [9.2] A-60 a refused join says that it is one, and of which room, where it has no id", async () => {
    const { clock, server, plain } = limited({ rateLimit: { joins: 1, messages: 1, windowMs: 1_000 } });
    server.handle("chat/:id", "say", () => undefined);
    const peer = plain();
    await clock.settle();
    for (const id of ["a", "b"]) peer.send({ type: "$join", data: { room: `chat/${id}` } });
    for (const _ of [1, 2]) peer.send({ type: "say", room: "chat/a", data: { text: "hi" } });
    await clock.settle();
    expect(peer.sent.filter(({ type }) => type === "$error")).toMatchObject([
      { room: "chat/b", data: { type: "$join" }, error: { code: "RATE_LIMITED" } },
      { room: "chat/a", data: { type: "say" }, error: { code: "RATE_LIMITED" } },
    ]);
    expect(peer.sent.some(({ id }) => id !== undefined)).toBe(false);
  });

  it("A-65 presence states are refused when they come too soon, and eat no other allowance", async () => {
    const { clock, server, plain, reached } = limited({ rateLimit: { presence: 2, protocol: 1 } });
    const peer = plain();
    await clock.settle();
    peer.send({ type: "$join", id: 1, data: { room: "chat/a" } });
    for (let id = 2; id <= 5; id++)
      peer.send({ type: "$presence", id, data: { room: "chat/a", state: { name: `n${id}` } } });
    peer.send({ type: "$leave", id: 6, data: { room: "chat/a" } });
    await clock.settle();
    const refused = peer.sent.filter(({ type }) => type === "$error");
    expect(refused).toMatchObject([4, 5].map((id) => ({ id, error: { code: "RATE_LIMITED" } })));
    expect([server.stats().memberships, reached("rateLimit.presence")]).toEqual([0, 2]);
  });

  it("A-70 a presence state has its bytes, and no more", async () => {
    const { clock, plain, reached } = limited({ limits: { presenceBytes: 50 } });
    const peer = plain();
    await clock.settle();
    peer.send({ type: "$join", id: 1, data: { room: "chat/a", presence: { name: "x".repeat(60) } } });
    peer.send({ type: "$join", id: 2, data: { room: "chat/a", presence: { name: "ada" } } });
    peer.send({ type: "$presence", id: 3, data: { room: "chat/a", state: { name: "x".repeat(60) } } });
    await clock.settle();
    const refused = peer.sent.filter(({ type }) => type === "$error");
    expect(refused).toMatchObject([1, 3].map((id) => ({ id, error: { code: "TOO_LARGE" } })));
    expect(reached("limits.presenceBytes")).toBe(2);
  });

  it("A-60 a join too many is counted", async () => {
    const { clock, plain, reached } = limited({ limits: { rooms: 1 } });
    const peer = plain();
    await clock.settle();
    for (const id of [1, 2]) peer.send({ type: "$join", id, data: { room: `chat/${id}` } });
    await clock.settle();
    expect(peer.take("$error").error?.code).toBe("TOO_MANY_ROOMS");
    expect(reached("limits.rooms")).toBe(1);
  });

  it("A-68 history is given to one user so often, whatever connection it comes by; and later it is whole", async () => {
    const { clock, server, full, reached } = limited({
      rooms: { "chat/:id": { history: { size: 100 } } },
      rateLimit: { recovered: 25, windowMs: 10_000 },
    });
    const room = server.room("chat/a");
    const { epoch } = (await room.publish("message", publication)) ?? {};
    for (let i = 1; i <= 10; i++) await room.publish("message", publication);
    const asked = { rooms: [{ room: "chat/a", epoch, offset: 1 }] };
    const come = async (token: string) => {
      const peer = full({ token, ...asked });
      await clock.settle();
      const { rooms } = peer.take("$welcome").data as { rooms: { room: string; recovered?: boolean }[] };
      const [entry] = rooms.filter(({ room }) => room === "chat/a");
      const given = peer.sent.filter(({ type }) => type === "message").length;
      peer.end(1006);
      return { entry, given };
    };
    for (let i = 0; i < 2; i++)
      expect(await come("ada")).toMatchObject({ entry: { recovered: true }, given: 10 });
    const refused = {
      entry: { error: { code: "RATE_LIMITED", retryAfterMs: expect.any(Number) } },
      given: 0,
    };
    expect(await come("ada")).toMatchObject(refused);
    expect(reached("rateLimit.recovered")).toBe(1);
    expect(await come("bob")).toMatchObject({ entry: { recovered: true }, given: 10 });
    await clock.advance(10_000);
    expect(await come("ada")).toMatchObject({ entry: { recovered: true }, given: 10 });
    // What was refused was no recovery.
    expect(server.stats().totals.recovered).toBe(4);
  });

  it("A-67 one join that is given more than ever may pass is let through once in a window", async () => {
    const { clock, server, full, reached } = limited({
      rooms: { "chat/:id": { history: { size: 100 }, onJoin: { last: 50 } } },
      rateLimit: { recovered: 20, windowMs: 10_000 },
    });
    for (let i = 0; i < 50; i++) await server.room("chat/a").publish("message", publication);
    const [first, second] = [full({ token: "ada" }), full({ token: "ada" })];
    await clock.settle();
    for (const peer of [first, second]) peer.send({ type: "$join", id: 1, data: { room: "chat/a" } });
    await clock.settle();
    expect(first.sent.filter(({ type }) => type === "message")).toHaveLength(50);
    expect(second.take("$error").error?.code).toBe("RATE_LIMITED");
    expect(reached("rateLimit.recovered")).toBe(1);
  });

  it("A-26 A-27 ping and pong frames are counted, and too many close with 4429", async () => {
    const { clock, plain, reached } = limited({ rateLimit: { controlFrames: 5 } });
    const [flooding, quiet] = [plain(), plain()];
    await clock.settle();
    for (let i = 0; i < 1_000; i++) flooding.alive();
    for (let i = 0; i < 5; i++) quiet.alive();
    await clock.settle();
    expect(flooding.take("$error").error?.code).toBe("RATE_LIMITED");
    expect(flooding.closeRequests).toMatchObject([{ code: 4429 }]);
    expect(quiet.closeRequests).toEqual([]);
    expect(reached("rateLimit.controlFrames")).toBe(1);
  });

  it("A-26 ping frames are no $hello: its deadline passes all the same", async () => {
    const { clock, server, reached } = limited();
    const { ScriptedTransport } = await import("@tautline/testing");
    const silent = new ScriptedTransport();
    server.accept(silent, { url: "/", headers: {}, remoteAddress: "192.0.2.1" });
    for (let i = 0; i < 10; i++) {
      silent.alive();
      await clock.advance(500);
    }
    expect(silent.closeRequests).toMatchObject([{ code: 4408 }]);
    expect(reached("deadlines.helloMs")).toBe(1);
  });

  it("A-81 who goes on and on is closed with 4429, and each refusal is counted by its bucket", async () => {
    const { clock, plain, reached } = limited({ rateLimit: { messages: 2, refusals: 3 } });
    const peer = plain();
    await clock.settle();
    for (let id = 1; id <= 9; id++) peer.send({ type: "feedback", id, data: { stars: 1 } });
    await clock.settle();
    expect(peer.closeRequests).toMatchObject([{ code: 4429 }]);
    expect([reached("rateLimit.messages"), reached("rateLimit.refusals")]).toEqual([4, 1]);
  });
});
