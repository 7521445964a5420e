import { jsonCodec, TautlineError } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import { describe, expect, it } from "vitest";
import { createServer } from "../src/index.js";
import { settingsOf } from "../src/settings.js";
import { chat } from "./support/chat.js";
import { type ChatOptions, chatServer } from "./support/serving.js";

describe("options", () => {
  it("are no numbers where they are groups", () => {
    expect(() => chatServer({ limits: 5 as never })).toThrow(/limits.*an object/);
  });

  it("have defaults, each in its place", () => {
    expect(settingsOf({})).toEqual({
      heartbeat: { intervalMs: 20_000, graceMs: 5_000 },
      limits: {
        messageBytes: 65_536,
        clientMessageBytes: 1_048_576,
        helloBytes: 16_384,
        rooms: 128,
        unanswered: 256,
        connections: 50_000,
        connectionsPerUser: 64,
        connectionsPerAddress: false,
        connectionsPerSecond: false,
        handshakes: 1_000,
        headerBytes: 16_384,
        fragments: 256,
        presenceBytes: 1_024,
        authenticating: 256,
        authorizing: 1_000,
        brokerCalls: 10_000,
        messagesPerTurn: 64,
      },
      backpressure: { highWaterBytes: 262_144, limitBytes: 2_097_152, totalBytes: 536_870_912 },
      deadlines: {
        headersMs: 10_000,
        messageMs: 30_000,
        helloMs: 5_000,
        authenticateMs: 10_000,
        renewalMs: 60_000,
        brokerMs: 5_000,
        handlerMs: 30_000,
        closeMs: 5_000,
      },
      answers: { ttlMs: 600_000 },
      compression: false,
      plain: { queryToken: false, heartbeat: "frame" },
      rateLimit: {
        ...{ messages: 500, windowMs: 10_000, volatile: 1_000, protocol: 500, pings: 50, refusals: 5_000 },
        ...{ joins: 250, presence: 100, recovered: 100_000, controlFrames: 100 },
        ...{ by: "connection", cost: {} },
      },
      logRate: { records: 100, windowMs: 10_000 },
    });
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ["heartbeat.intervalMs", { heartbeat: { intervalMs: "15s" } }],
    ["heartbeat.graceMs", { heartbeat: { graceMs: Number.NaN } }],
    ["heartbeat.graceMs", { heartbeat: { intervalMs: 3_000, graceMs: 4_000 } }],
    ["limits.unanswered", { limits: { unanswered: 0 } }],
    ["limits.connections", { limits: { connections: false } }],
    ["limits.connectionsPerAddress", { limits: { connectionsPerAddress: 0 } }],
    ["limits.connectionsPerSecond", { limits: { connectionsPerSecond: true } }],
    ["limits.presenceBytes", { limits: { presenceBytes: 2_000 } }],
    ["logRate.records", { logRate: { records: -1 } }],
    ["answers.ttlMs", { answers: { ttlMs: 0 } }],
    ["limits.room:", { limits: { room: 5 } }],
    ["codecs", { codecs: msgpackCodec }],
    ["codecs", { codecs: [undefined] }],
    ["codecs", { codecs: [{ subprotocol: "own" }] }],
    ["codecs", { codecs: [jsonCodec] }],
    ["codecs", { codecs: [msgpackCodec, msgpackCodec] }],
    ["backpressure.limitBytes", { backpressure: { limitBytes: 1_000 } }],
    ["compression.level", { compression: { level: 10 } }],
    ["compression.level", { compression: { level: 1.5 } }],
    ["compression.thresholdBytes", { compression: { thresholdBytes: -1 } }],
    ["compression.threshold:", { compression: { threshold: 5 } }],
    ["compression", { compression: true }],
    ["deadlines.helloMs", { deadlines: { helloMs: Number.POSITIVE_INFINITY } }],
    ["plain.heartbeat", { plain: { heartbeat: "pings" } }],
    ["plain.queryToken", { plain: { queryToken: "yes" } }],
    ["rateLimit.by", { rateLimit: { by: "ip" } }],
    ["rateLimit.cost.say", { rateLimit: { messages: 5, cost: { say: 6 } } }],
    ["rateLimit.cost.say", { rateLimit: { cost: { say: 0.5 } } }],
    ["origins", { origins: ["example.com"] }],
    ["publicOrigin", { publicOrigin: "https://example.com/" }],
    ["rooms: expected a pattern of the contract: chat/:id", { rooms: { "chat/:room": {} } }],
    [`rooms["chat/:id"].history.size`, { rooms: { "chat/:id": { history: { size: 0 } } } }],
    [
      `rooms["chat/:id"].conflate.message`,
      { rooms: { "chat/:id": { conflate: { message: () => "" } as never } } },
    ],
    ["users.history.size", { users: { history: { size: 0 } } }],
    [`rooms["chat/:id"].onJoin.last`, { rooms: { "chat/:id": { onJoin: { last: -1 } } } }],
  ];

  it.each(wrong)("are refused at construction, by name: %s", (name, options) => {
    const refused = (): unknown => {
      try {
        return chatServer(options as ChatOptions);
      } catch (error) {
        return error;
      }
    };
    const error = refused() as TautlineError;
    expect(TautlineError.is(error) && error.code).toBe("INVALID_OPTION");
    expect(error.message).toContain(name);
  });

  it("must name who is let in and who may do what", () => {
    expect(() => createServer(chat, {} as never)).toThrow("authenticate: expected a function");
    expect(() => createServer(chat, { authenticate: () => null } as never)).toThrow(
      "authorize: expected a function",
    );
  });
});

describe("handle, onRoom and room", () => {
  it("refuse names that the contract does not have, and a second handler", () => {
    const server = chatServer();
    server.handle("logout", () => {});
    expect(() => server.handle("logout", () => {})).toThrow("expected one handler, got a second");
    expect(() => server.handle("nope" as "logout", () => {})).toThrow("expected a message of the contract");
    expect(() => server.handle("chat/:id", "nope" as "say", () => {})).toThrow(
      "a message of the room chat/:id",
    );
    expect(() => server.onRoom("chat/:room" as never, {})).toThrow("a room pattern of the contract");
    expect(() => server.room("nowhere" as never)).toThrow("No room of this name");
  });
});
