import type { From } from "@tautline/protocol";
import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { checkConflation, conflationKey } from "../../src/room/conflation.js";
import { chatServer } from "../support/serving.js";

const events = new Map([
  ["price", { volatile: true }],
  ["typing", { volatile: true }],
  ["message", {}],
]);

describe("what is conflated", () => {
  it("is one thing for each event and key", () => {
    const conflation = checkConflation(
      { price: ({ id }: { id: number }) => id, typing: (_: unknown, from?: From) => from?.member ?? "" },
      "conflate",
      events,
    );
    const from = { user: "ada", member: "m1" };
    const keys = [
      { type: "price", data: { id: 1 } },
      { type: "price", data: { id: 2 } },
      { type: "typing", from },
      { type: "typing" },
    ].map((publication) => conflationKey(conflation, publication));
    expect(new Set(keys).size).toBe(4);
    expect(conflationKey(conflation, { type: "price", data: { id: 1, more: true } })).toBe(keys[0]);
    expect(conflationKey(conflation, { type: "message" })).toBeUndefined();
    expect(conflationKey(undefined, { type: "price" })).toBeUndefined();
  });

  it.each([
    [{ message: () => "" }, "conflate.message: expected a volatile event's name"],
    [{ unknown: () => "" }, "conflate.unknown: expected a volatile event's name"],
    [{ price: "id" }, "conflate.price: expected a function"],
    [5 as never, "conflate: expected an object"],
  ])("cannot be %o", (options, message) => {
    expect(() => checkConflation(options, "conflate", events)).toThrow(message);
  });
});

describe("a server whose rooms conflate", () => {
  function serving() {
    const clock = new VirtualClock();
    const server = chatServer({
      ...{ clock, random: seededRandom(1) },
      backpressure: { highWaterBytes: 10_000, limitBytes: 50_000 },
      rooms: {
        "chat/:id": {
          conflate: {
            typing: ({ on }, from) => {
              if (!from) throw new Error("nobody types");
              return `${from.member} ${on}`;
            },
          },
        },
      },
    });
    const accept = async () => {
      const peer = new ScriptedTransport("");
      server.accept(peer, { url: "/", headers: {}, remoteAddress: "192.0.2.1" });
      peer.send({ type: "$join", data: { room: "chat/a" } });
      await clock.settle();
      return peer;
    };
    return { clock, server, accept };
  }

  it("[8.11] gives a slow reader the newest of members' own events, when it reads again", async () => {
    const { clock, server, accept } = serving();
    const [slow, busy] = [await accept(), await accept()];
    slow.takesBytes = false;
    await server.broadcast("notice", { text: "x".repeat(11_000) });
    await clock.settle();
    for (const on of [true, false, true]) busy.send({ type: "typing", room: "chat/a", data: { on } });
    await clock.settle();
    slow.drain();
    await clock.settle();
    const typing = slow.sent.filter(({ type }) => type === "typing");
    expect(typing.map(({ data }) => data)).toEqual([{ on: false }, { on: true }]);
    expect(busy.sent.filter(({ type }) => type === "typing")).toHaveLength(3);
  });

  it("fails the publication whose key cannot be had, and nothing else", async () => {
    const { clock, server, accept } = serving();
    const peer = await accept();
    expect(() => server.room("chat/a").publish("typing", { on: true })).toThrow("nobody types");
    peer.send({ type: "typing", room: "chat/a", id: 1, data: { on: true } });
    await clock.settle();
    expect(peer.take("$ack")).toMatchObject({ id: 1 });
  });
});
