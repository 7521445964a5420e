import type { StandardSchemaV1 } from "@standard-schema/spec";
import { defineContract, type Schema } from "@tautline/protocol";
import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { MemoryBroker } from "../../src/broker/index.js";
import { allowAll, createServer, guests, reject } from "../../src/index.js";
import { type ChatOptions, chatServer, deferred } from "../support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };

async function connected(options: ChatOptions = {}) {
  const clock = new VirtualClock();
  const server = chatServer({ clock, random: seededRandom(1), ...options });
  const transport = new ScriptedTransport("");
  server.accept(transport, request);
  await clock.settle();
  return { clock, server, transport };
}

const rename = (id: number, name: string) => ({ type: "rename", id, data: { name } });
const told = (transport: ScriptedTransport) =>
  transport.sent.map(({ type, id, error }) => `${type} ${id ?? ""} ${error?.code ?? ""}`.trim());

describe("a message", () => {
  it("[9.2] is answered by $ack where it has no reply, by $reply where it has, by nothing without an id", async () => {
    const { clock, server, transport } = await connected();
    server.handle("rename", ({ data }) => data);
    server.handle("feedback", () => "ignored");
    transport.send({ type: "feedback", id: 1, data: { stars: 5 } });
    transport.send({ type: "feedback", data: { stars: 5 } });
    transport.send(rename(2, "Ada"));
    await clock.settle();
    expect(told(transport)).toEqual(["$ack 1", "$reply 2"]);
  });

  it("is answered in the same turn by a handler that is not async", async () => {
    const { clock, server, transport } = await connected();
    server.handle("rename", ({ data }) => data);
    transport.send(rename(1, "Ada"));
    expect(clock.pending).toBeGreaterThan(0);
    expect(server.stats().handling).toBe(0);
    await clock.settle();
    expect(told(transport)).toEqual(["$reply 1"]);
  });

  it("[9.9] [14.4] tells an error of the contract, returned or thrown, by name and data", async () => {
    const { clock, server, transport } = await connected();
    server.handle("rename", ({ data }) => {
      const taken = reject("NAME_TAKEN", { by: "Ada" });
      if (data.name === "thrown") throw taken;
      return taken;
    });
    transport.send(rename(1, "returned"));
    transport.send(rename(2, "thrown"));
    await clock.settle();
    const error = {
      code: "APP",
      message: "Refused by the application",
      name: "NAME_TAKEN",
      data: { by: "Ada" },
    };
    expect(transport.sent).toMatchObject([
      { type: "$error", id: 1, error },
      { type: "$error", id: 2, error },
    ]);
  });

  it("hides an error that the contract does not declare, or declares otherwise", async () => {
    const { clock, server, transport } = await connected();
    const reported: string[] = [];
    server.on("error", ({ error, where }) => reported.push(`${where}: ${(error as Error).message}`));
    server.handle("rename", ({ data }) => {
      throw data.name === "a" ? reject("SECRET", 1) : reject("NAME_TAKEN", { by: 5 });
    });
    transport.send(rename(1, "a"));
    transport.send(rename(2, "b"));
    await clock.settle();
    expect(told(transport)).toEqual(["$error 1 HANDLER_FAILED", "$error 2 HANDLER_FAILED"]);
    expect(reported[0]).toContain('rename: reject("SECRET")');
    expect(reported[1]).toContain("by:");
  });

  it("without a handler fails, and the program is told", async () => {
    const { clock, server, transport } = await connected();
    const reported: string[] = [];
    server.on("error", ({ error }) => reported.push((error as Error).message));
    transport.send(rename(1, "Ada"));
    await clock.settle();
    expect(told(transport)).toEqual(["$error 1 HANDLER_FAILED"]);
    expect(reported[0]).toContain("no handler for 'rename'");
  });

  it("[9.4] is asked for permission with its data checked, and refused by anything but true", async () => {
    const asked: unknown[] = [];
    const { clock, server, transport } = await connected({
      authorize: ({ action }) => {
        asked.push(action);
        return undefined as unknown as boolean;
      },
    });
    server.handle("rename", ({ data }) => data);
    transport.send(rename(1, "Ada"));
    await clock.settle();
    expect(asked).toEqual([{ kind: "message", type: "rename", data: { name: "Ada" } }]);
    expect(told(transport)).toEqual(["$error 1 FORBIDDEN"]);
  });

  it("fails where authorize throws", async () => {
    const { clock, server, transport } = await connected({
      authorize: () => {
        throw new Error("database");
      },
    });
    server.handle("rename", ({ data }) => data);
    transport.send(rename(1, "Ada"));
    await clock.settle();
    expect(told(transport)).toEqual(["$error 1 HANDLER_FAILED"]);
  });
});

describe("messages of one connection", () => {
  it("[9.5] start in order where permission takes its time, and run side by side", async () => {
    const gates = [deferred<boolean>(), deferred<boolean>()];
    const { clock, server, transport } = await connected({
      authorize: ({ action }) =>
        action.kind === "message" && action.type === "rename" ? (gates.shift()?.promise ?? true) : true,
    });
    const [first, second] = gates;
    const started: string[] = [];
    const work = deferred();
    server.handle("rename", async ({ data }) => {
      started.push(data.name);
      await work.promise;
      return data;
    });
    for (const [i, name] of ["a", "b", "c"].entries()) transport.send(rename(i + 1, name));
    second?.resolve(true);
    await clock.settle();
    expect(started).toEqual([]);
    first?.resolve(true);
    await clock.settle();
    expect(started).toEqual(["a", "b", "c"]);
    expect(server.stats().handling).toBe(3);
    work.resolve();
    await clock.settle();
    expect(told(transport)).toEqual(["$reply 1", "$reply 2", "$reply 3"]);
  });

  it("[9.5] start in order where a schema takes its time", async () => {
    const gate = deferred();
    const slow: Schema<{ n: number }> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: async (value): Promise<StandardSchemaV1.Result<{ n: number }>> => {
          if ((value as { n: number }).n === 1) await gate.promise;
          return { value: value as { n: number } };
        },
      },
    };
    const clock = new VirtualClock();
    const contract = defineContract({ messages: { count: { data: slow } } });
    const server = createServer(contract, { authenticate: guests(), authorize: allowAll, clock });
    const started: number[] = [];
    server.handle("count", ({ data }) => started.push(data.n));
    const transport = new ScriptedTransport("");
    server.accept(transport, request);
    for (const n of [1, 2, 3]) transport.send({ type: "count", data: { n } });
    await clock.settle();
    expect(started).toEqual([]);
    gate.resolve();
    await clock.settle();
    expect(started).toEqual([1, 2, 3]);
    await server.close();
  });

  it("are not held up for ever by one whose permission never comes", async () => {
    let asked = 0;
    const { clock, server, transport } = await connected({
      deadlines: { handlerMs: 5_000 },
      authorize: () => (asked++ === 0 ? new Promise<boolean>(() => {}) : true),
    });
    server.handle("rename", ({ data }) => data);
    transport.send(rename(1, "a"));
    transport.send(rename(2, "b"));
    await clock.advance(5_000);
    expect(told(transport)).toEqual(["$error 1 TIMEOUT", "$reply 2"]);
  });

  it("[3.5] are refused with BUSY beyond 256 under way", async () => {
    const { clock, server, transport } = await connected({ rateLimit: false });
    server.handle("rename", () => new Promise(() => {}));
    for (let id = 1; id <= 257; id++) transport.send(rename(id, "a"));
    transport.send({ ...rename(258, "a"), room: "chat/a" });
    await clock.settle();
    expect(told(transport)).toEqual(["$error 257 BUSY", "$error 258 BUSY"]);
    expect(transport.sent.map(({ room }) => room)).toEqual([undefined, "chat/a"]);
    expect(server.stats().handling).toBe(256);
  });

  it("[3.5] do not keep their sender from leaving a room when there are too many of them", async () => {
    const { clock, server, transport } = await connected({ limits: { unanswered: 1 } });
    server.handle("rename", () => new Promise(() => {}));
    transport.send({ type: "$join", data: { room: "chat/a" } });
    await clock.settle();
    transport.send(rename(1, "a"));
    transport.send({ type: "$leave", data: { room: "chat/a" } });
    await clock.settle();
    expect(server.stats().memberships).toBe(0);
  });
});

describe("$cancel", () => {
  it("[9.10] answers at once what has not been started", async () => {
    const { clock, server, transport } = await connected({ authorize: () => new Promise<boolean>(() => {}) });
    server.handle("rename", ({ data }) => data);
    transport.send(rename(1, "a"));
    transport.send(rename(2, "b"));
    transport.send({ type: "$cancel", data: { id: 2 } });
    transport.send({ type: "$cancel", data: { id: 1 } });
    await clock.settle();
    expect(told(transport)).toEqual(["$error 2 CANCELLED", "$error 1 CANCELLED"]);
  });

  it("[9.10] aborts the signal of what has, whose own answer still counts", async () => {
    const { clock, server, transport } = await connected();
    const work = deferred();
    server.handle("rename", async ({ data, signal }) => {
      await (data.name === "stops"
        ? new Promise((_, stop) => signal.addEventListener("abort", () => stop(signal.reason)))
        : work.promise);
      return { name: `${signal.aborted}` };
    });
    transport.send(rename(1, "stops"));
    transport.send(rename(2, "goes on"));
    for (const id of [1, 2, 77]) transport.send({ type: "$cancel", data: { id } });
    await clock.settle();
    expect(told(transport)).toEqual(["$error 1 CANCELLED"]);
    work.resolve();
    await clock.settle();
    expect(transport.sent.at(-1)).toMatchObject({ type: "$reply", id: 2, data: { name: "true" } });
  });
});

describe("a connection that ends", () => {
  it("aborts the signals of its handlers and hears no answer", async () => {
    const { clock, server, transport } = await connected();
    const signals: AbortSignal[] = [];
    const work = deferred();
    server.handle("rename", async ({ data, signal }) => {
      signals.push(signal);
      await work.promise;
      return data;
    });
    transport.send(rename(1, "a"));
    transport.end(1006);
    expect(signals[0]?.aborted).toBe(true);
    work.resolve();
    await clock.settle();
    expect(told(transport)).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe("messages in a room", () => {
  it("[7.7] [7.11] [9.1] come from members, know room and parameters, and publish", async () => {
    const { clock, server, transport } = await connected();
    server.handle("chat/:id", "say", ({ room, params, data, user }) =>
      room.publish("message", { text: `${params.id}: ${data.text}`, by: user.id }),
    );
    transport.send({ type: "$join", id: 1, data: { room: "chat/a" } });
    transport.send({ type: "say", id: 2, room: "chat/a", data: { text: "hello" } });
    await clock.settle();
    transport.send({ type: "$leave", id: 3, data: { room: "chat/a" } });
    transport.send({ type: "say", id: 4, room: "chat/a", data: { text: "hello" } });
    await clock.settle();
    expect(transport.take("message")).toMatchObject({ room: "chat/a", data: { text: "a: hello" } });
    expect(told(transport).filter((line) => line.startsWith("$") && !line.startsWith("$presence"))).toEqual([
      "$joined 1",
      "$ack 2",
      "$ack 3",
      "$error 4 NOT_A_MEMBER",
    ]);
  });

  it("[2.11] [9.11] that are client events go to all members, with the name of who sent them", async () => {
    const { clock, server, transport } = await connected();
    const other = new ScriptedTransport("");
    server.accept(other, request);
    await clock.settle();
    for (const peer of [transport, other]) peer.send({ type: "$join", data: { room: "chat/a" } });
    const forged = { user: "somebody", member: "else" };
    transport.send({ type: "typing", id: 1, room: "chat/a", data: { on: true }, from: forged });
    transport.send({ type: "typing", id: 2, room: "chat/a", data: { on: 5 } });
    transport.send({ type: "message", id: 3, room: "chat/a", data: { text: "a", by: "b" } });
    await clock.settle();
    const typing = other.take("typing");
    expect(typing).toMatchObject({ room: "chat/a", data: { on: true } });
    expect(typing.from).not.toEqual(forged);
    expect(told(transport)).toContain("$ack 1");
    expect(told(transport)).toContain("$error 2 BAD_DATA");
    expect(told(transport)).toContain("$error 3 UNKNOWN_TYPE");
  });

  it("ask for permission to join, to send and to publish", async () => {
    const asked: string[] = [];
    const { clock, server, transport } = await connected({
      authorize: ({ action }) => {
        asked.push(`${action.kind} ${action.pattern} ${action.params?.id}`);
        return action.kind !== "publish";
      },
    });
    server.handle("chat/:id", "say", () => undefined);
    transport.send({ type: "$join", data: { room: "chat/a" } });
    transport.send({ type: "say", room: "chat/a", data: { text: "a" } });
    transport.send({ type: "typing", room: "chat/a", data: { on: true } });
    await clock.settle();
    expect(asked).toEqual(["join chat/:id a", "message chat/:id a", "publish chat/:id a"]);
    expect(transport.take("$error")).toMatchObject({ room: "chat/a", error: { code: "FORBIDDEN" } });
  });

  it("[10.1] check a presence state", async () => {
    const { clock, transport } = await connected();
    transport.send({ type: "$join", id: 1, data: { room: "chat/a", presence: { name: 5 } } });
    transport.send({ type: "$join", id: 2, data: { room: "chat/a", presence: { name: "Ada" } } });
    transport.send({ type: "$presence", id: 3, data: { room: "chat/a", state: { name: 5 } } });
    transport.send({ type: "$presence", id: 4, data: { room: "chat/a", state: { name: "Eve" } } });
    transport.send({ type: "$presence", id: 5, data: { room: "chat/b", state: { name: 5 } } });
    await clock.settle();
    expect(told(transport).filter((line) => !line.startsWith("$presence"))).toEqual([
      "$error 1 BAD_DATA",
      "$joined 2",
      "$error 3 BAD_DATA",
      "$ack 4",
      "$error 5 NOT_A_MEMBER",
    ]);
  });
});

describe("a broker that fails", () => {
  it("fails the messages that need it, tells the program, and holds up no others", async () => {
    class Broken extends MemoryBroker {
      override publish(channel: string): void {
        if (channel === "chat/a") throw new Error("the broker is down");
      }
    }
    const { clock, server, transport } = await connected({ broker: new Broken() });
    const errors: string[] = [];
    server.on("error", ({ where, error }) => errors.push(`${where}: ${(error as Error).message}`));
    server.handle("rename", ({ data }) => data);
    transport.send({ type: "$join", id: 1, data: { room: "chat/a" } });
    transport.send({ type: "typing", id: 2, room: "chat/a", data: { on: true } });
    transport.send(rename(3, "Ada"));
    await clock.settle();
    const answers = told(transport).filter((line) => !line.startsWith("$presence"));
    expect(answers).toEqual(["$joined 1", "$error 2 UNAVAILABLE", "$reply 3"]);
    expect(errors).toEqual(["broker: the broker is down"]);
  });
});

describe("$token", () => {
  it("[12.2] renews credentials of the same user, and of nobody else", async () => {
    const users: { id: string }[] = [{ id: "u" }, { id: "u" }, { id: "other" }];
    const { clock, transport } = await connected({ authenticate: () => users.shift() ?? null });
    transport.send({ type: "$token", id: 1, data: { token: "new" } });
    await clock.settle();
    expect(told(transport)).toEqual(["$ack 1"]);
    transport.send({ type: "$token", id: 2, data: { token: "of another" } });
    await clock.settle();
    expect(told(transport)).toEqual(["$ack 1", "$error 2 USER_CHANGED"]);
    expect(transport.closeRequests).toMatchObject([{ code: 1008 }]);
  });

  it("[12.2] that cannot be checked now ends nothing", async () => {
    let asked = 0;
    const authenticate = () => {
      if (asked++ > 0) throw new Error("database");
      return { id: "u" };
    };
    const { clock, transport } = await connected({ authenticate });
    transport.send({ type: "$token", id: 1, data: { token: "new" } });
    await clock.settle();
    expect(told(transport)).toEqual(["$error 1 UNAVAILABLE"]);
    expect(transport.closeRequests).toEqual([]);
  });
});
