import { TautlineError } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { Peer } from "./support/peer.js";
import { type ChatOptions, chatServer } from "./support/serving.js";

/** A plain peer of a server that echoes names. */
async function connected(options: ChatOptions = {}) {
  const server = chatServer(options);
  server.handle("rename", ({ data }) => ({ name: data.name }));
  const { url } = await server.listen();
  return { server, url, peer: await Peer.connect(url) };
}

async function expectServed(peer: Peer): Promise<void> {
  peer.send({ type: "rename", id: 99, data: { name: "still here" } });
  expect(await peer.next("$reply")).toMatchObject({ id: 99, data: { name: "still here" } });
}

const deep = JSON.stringify({ type: "rename", data: nested(40) });
function nested(levels: number): unknown {
  return levels === 0 ? 1 : { inner: nested(levels - 1) };
}

const keptRows: readonly (readonly [string, string, string, string])[] = [
  ["what is no JSON", "not json", "BAD_JSON", "Invalid JSON format"],
  ["an empty message", "", "BAD_JSON", "Invalid JSON format"],
  ["an array", "[]", "BAD_ENVELOPE", "Invalid message structure"],
  ["a number", "42", "BAD_ENVELOPE", "Invalid message structure"],
  ["null", "null", "BAD_ENVELOPE", "Invalid message structure"],
  ["an object without type", "{}", "BAD_ENVELOPE", "Invalid message structure"],
  ["a type that is no string", '{"type":5}', "BAD_ENVELOPE", "Invalid message structure"],
  ["too deep nesting", deep, "BAD_ENVELOPE", "Invalid message structure"],
  [
    "an own __proto__",
    '{"type":"rename","data":{"__proto__":{}}}',
    "BAD_ENVELOPE",
    "Invalid message structure",
  ],
  ["an unknown type", '{"type":"nope"}', "UNKNOWN_TYPE", "Invalid message type"],
  ["a type of Object.prototype", '{"type":"constructor"}', "UNKNOWN_TYPE", "Invalid message type"],
  ["a server's own type", '{"type":"$welcome"}', "UNKNOWN_TYPE", "Invalid message type"],
  ["$hello of a plain peer", '{"type":"$hello","data":{}}', "UNKNOWN_TYPE", "Invalid message type"],
  ["wrong data", '{"type":"rename","data":{"name":""}}', "BAD_DATA", "Invalid message data"],
  ["a join without room", '{"type":"$join","data":{}}', "BAD_ENVELOPE", "Invalid message structure"],
  [
    "a join of an unknown room",
    '{"type":"$join","data":{"room":"x"}}',
    "UNKNOWN_ROOM",
    "No room of this name",
  ],
  [
    "a message to no room",
    '{"type":"say","room":"x","data":{"text":"a"}}',
    "UNKNOWN_ROOM",
    "No room of this name",
  ],
  [
    "a message from outside",
    '{"type":"say","room":"chat/a","data":{"text":"a"}}',
    "NOT_A_MEMBER",
    "Join the room first",
  ],
  ["a cancel without id", '{"type":"$cancel"}', "BAD_ENVELOPE", "Invalid message structure"],
];

describe("bad input that keeps the connection", () => {
  it.each(keptRows)(
    "[2.2] [2.12] answers %s by its own error, and serves the next message",
    async (_what, message, code, text) => {
      const { peer } = await connected();
      peer.send(message);
      const { error, id } = await peer.next("$error");
      expect(error).toMatchObject({ code, message: text });
      expect(id).toBeUndefined();
      await expectServed(peer);
    },
  );

  it("tells what the schema found, and repeats the message's id", async () => {
    const { peer } = await connected();
    peer.send({ type: "rename", id: 7, data: { name: 1 } });
    const answer = await peer.next("$error");
    expect(answer).toMatchObject({ id: 7, error: { code: "BAD_DATA", issues: [{ path: ["name"] }] } });
  });

  it("[2.5] tells what of the envelope is wrong", async () => {
    const { peer } = await connected();
    peer.send('{"type":5}');
    const { error } = await peer.next("$error");
    expect(error?.issues?.[0]?.message).toBe("type: expected a string of 1–128 bytes, got 5");
  });

  it("[3.7] [11.6] refuses too many messages, says when to try again, and counts bad ones, too", async () => {
    const { peer } = await connected({ rateLimit: { messages: 3, windowMs: 60_000 } });
    for (const message of ["not json", '{"type":"nope"}', '{"type":"rename","data":{"name":"a"}}', "{}"])
      peer.send(message);
    peer.send({ type: "rename", id: 1, data: { name: "a" } });
    expect((await peer.next("$error")).error?.code).toBe("BAD_JSON");
    expect((await peer.next("$error")).error?.code).toBe("UNKNOWN_TYPE");
    const limited = await peer.next("$error");
    expect(limited.error).toMatchObject({ code: "RATE_LIMITED", message: "Rate limit exceeded" });
    expect(limited.error?.retryAfterMs).toBeGreaterThan(50_000);
    expect(await peer.next("$error")).toMatchObject({ id: 1, error: { code: "RATE_LIMITED" } });
    peer.send({ type: "ping" });
    await peer.next("pong");
  });

  it("[7.2] [7.4] refuses a join without right", async () => {
    const { peer } = await connected({ authorize: ({ action }) => action.kind !== "join" });
    peer.send({ type: "$join", id: 3, data: { room: "chat/lobby" } });
    expect(await peer.next("$error")).toMatchObject({
      id: 3,
      room: "chat/lobby",
      error: { code: "FORBIDDEN", message: "Insufficient permissions" },
    });
    await expectServed(peer);
  });
});

describe("what may hold a secret", () => {
  it.each([
    ["a $hello that was cut short", '{"type":"$hello","data":{"token":"s3cret"'],
    ["a $hello whose data is none", '{"type":"$hello","data":["s3cret"]}'],
    ["a $hello whose client id is too short", '{"type":"$hello","data":{"client":"s3cret"}}'],
  ])("is quoted in no error: %s", async (_what, hello) => {
    const { url } = await connected();
    const peer = await Peer.connect(url, "tautline.v1.json");
    peer.send(hello);
    expect(await peer.end()).toMatchObject({ code: 1002, reason: expect.not.stringContaining("s3cret") });
    expect(JSON.stringify(peer.rest)).not.toContain("s3cret");
    expect(peer.rest.map(({ type }) => type)).toEqual(["$error"]);
  });
});

describe("bad input that ends the connection", () => {
  it("[4.4] counts who is refused for it before it was admitted", async () => {
    const { server, url } = await connected();
    const peer = await Peer.connect(url, "tautline.v1.json");
    peer.send({ type: "rename", id: 1, data: { name: "early" } });
    expect((await peer.end()).code).toBe(1002);
    expect(server.stats().totals.refused).toBe(1);
  });

  it("[3.1] closes with 1009 beyond 64 KiB", async () => {
    const { peer } = await connected();
    peer.send(`"${"x".repeat(65_536)}"`);
    expect((await peer.end()).code).toBe(1009);
  });

  it("takes 64 KiB", async () => {
    const { peer } = await connected();
    const frame = (name: string) => JSON.stringify({ type: "rename", id: 1, data: { name } });
    peer.send(frame("x".repeat(65_536 - frame("").length)));
    expect((await peer.next("$reply")).id).toBe(1);
  });

  it("[1.5] closes with 1003 on a binary message", async () => {
    const { peer } = await connected();
    peer.send(Buffer.from('{"type":"ping"}'));
    expect((await peer.end()).code).toBe(1003);
  });

  it("[1.5] closes with 1007 on text that is not UTF-8", async () => {
    const { peer } = await connected();
    peer.socket.send(Buffer.from([0xff, 0xfe, 0x22]), { binary: false });
    expect((await peer.end()).code).toBe(1007);
  });

  it("[4.2] closes with 4408 without $hello in time", async () => {
    const { url } = await connected({ deadlines: { helloMs: 30 } });
    const peer = await Peer.connect(url, "tautline.v1.json");
    expect((await peer.end()).code).toBe(4408);
  });

  it("[3.7] closes with 4429 who goes on far past the limit", async () => {
    const { peer } = await connected({ rateLimit: { messages: 2, windowMs: 60_000, refusals: 5 } });
    for (let i = 0; i < 8; i++) peer.send("not json");
    expect((await peer.end()).code).toBe(4429);
    expect(peer.rest.at(-1)?.error).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: expect.any(Number) });
  });
});

describe("a handler that fails", () => {
  const failures: readonly (readonly [string, () => unknown, string])[] = [
    [
      "throws",
      () => {
        throw new Error("secret");
      },
      "HANDLER_FAILED",
    ],
    [
      "throws null",
      () => {
        throw null;
      },
      "HANDLER_FAILED",
    ],
    ["rejects", () => Promise.reject(new Error("secret")), "HANDLER_FAILED"],
    ["rejects with undefined", () => Promise.reject(undefined), "HANDLER_FAILED"],
    ["never settles", () => new Promise(() => {}), "TIMEOUT"],
    [
      "throws an error of this library",
      () => {
        throw new TautlineError("FORBIDDEN", "not you");
      },
      "FORBIDDEN",
    ],
    [
      "throws an error that is not for peers",
      () => {
        throw new TautlineError("INVALID_OPTION", "secret");
      },
      "HANDLER_FAILED",
    ],
  ];

  it.each(failures)(
    "[9.9] that %s is answered, without its text, and the next message is served",
    async (_how, handler, code) => {
      const { server, peer } = await connected({ deadlines: { handlerMs: 40 } });
      const reported: unknown[] = [];
      server.on("error", ({ error }) => reported.push(error));
      server.handle("feedback", handler as () => undefined);
      peer.send({ type: "feedback", id: 1, data: { stars: 1 } });
      const answer = await peer.next("$error");
      expect(answer).toMatchObject({ id: 1, error: { code } });
      expect(JSON.stringify(answer)).not.toContain("secret");
      expect(reported).toHaveLength(code === "HANDLER_FAILED" ? 1 : 0);
      await expectServed(peer);
    },
  );

  it("answers what the contract does not allow as a reply by HANDLER_FAILED", async () => {
    const server = chatServer();
    server.handle("rename", () => ({ name: 5 as unknown as string }));
    const { url } = await server.listen();
    const peer = await Peer.connect(url);
    peer.send({ type: "rename", id: 1, data: { name: "Ada" } });
    expect((await peer.next("$error")).error?.code).toBe("HANDLER_FAILED");
  });
});
