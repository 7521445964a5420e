import type { Clock } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { Handled, type LedgerOptions, serving } from "./set-up.js";

const room = "book/a";

/** The clock of a node that stands still: what it waited for never comes. */
function frozen(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    immediate: (callback) => clock.immediate(callback),
    setTimeout: () => undefined,
    clearTimeout: () => undefined,
  };
}

/** A client that has sent message 1 to a node which then stood still for ever, and has come to another node. */
async function movedFromDeadNode(type: string, options: LedgerOptions = {}) {
  const made = serving(options);
  const handled = new Handled();
  const dead = made.node({ clock: frozen(made.clock) });
  for (const server of [dead, made.server]) {
    server.handle("add", handled.handler);
    server.handle("set", handled.handler);
    server.handle("book/:id", "copy", async (context) => {
      await context.room.publish("entry", { n: 1 });
      await context.room.publish("entry", { n: 2 });
      await handled.handler(context);
    });
  }
  const ada = made.client();
  await ada.connect(dead, [room]);
  const inRoom = type === "copy" ? { room } : {};
  await ada.send(1, type, inRoom);
  expect(handled.begun).toEqual([1]);
  await ada.connect(made.server, [room]);
  await ada.send(1, type, inRoom);
  return { ...made, ada, handled, inRoom };
}

/** A node that tells what it handled. */
function telling(options: Parameters<typeof serving>[0] = {}) {
  const made = serving(options);
  const begun: number[] = [];
  made.server.handle("add", ({ data }) => {
    begun.push(data.n);
    return data;
  });
  made.server.handle("set", ({ data }) => {
    begun.push(data.n);
  });
  return { ...made, begun };
}

describe("OUTCOME_UNKNOWN", () => {
  it("[9.15] is told of a message whose node died, when its lease is over, and ever after (F-33)", async () => {
    const { clock, server, ada, handled } = await movedFromDeadNode("add");
    await ada.send(2, "add");
    await clock.advance(34_999);
    expect(ada.answers).toEqual(["$error 2 TIMEOUT"]);
    await clock.advance(1);
    // The dead node comes back to life, too late.
    handled.end(1);
    await ada.send(1, "add");
    expect(ada.answers.slice(1)).toEqual(["$error 1 OUTCOME_UNKNOWN", "$error 1 OUTCOME_UNKNOWN"]);
    expect(handled.begun).toEqual([1, 2]);
    expect(server.stats().totals).toMatchObject({ outcomesUnknown: 1, repeatsAnswered: 1 });
  });

  it("[9.15] is not told where handling twice does no harm: the first repeat takes over", async () => {
    const { clock, ada, handled } = await movedFromDeadNode("set");
    await clock.advance(35_000);
    expect(handled.begun).toEqual([1, 1]);
    handled.end(1);
    await clock.settle();
    expect(ada.answers).toEqual(["$ack 1"]);
  });

  it("is not told, and nothing waits for ever, where whoever takes over must ask and gets no answer", async () => {
    const asked: number[] = [];
    const { clock, ada, handled } = await movedFromDeadNode("set", {
      authorize: ({ action }) =>
        action.kind !== "message" || asked.push(1) === 1 || new Promise<boolean>(() => {}),
    });
    await clock.advance(35_000);
    expect(ada.answers).toEqual([]);
    await clock.advance(30_000);
    expect(ada.answers).toEqual(["$error 1 TIMEOUT"]);
    expect(handled.begun).toEqual([1]);
  });

  it("and taking over publishes nothing twice", async () => {
    const { clock, server, ada, handled, inRoom } = await movedFromDeadNode("copy");
    await clock.advance(35_000);
    handled.end(1);
    await ada.send(2, "copy", inRoom);
    const kept = await server.room("book/:id", { id: "a" }).history({ last: 10 });
    expect(kept.map(({ data }) => data)).toEqual([{ n: 1 }, { n: 2 }, { n: 1 }, { n: 2 }]);
    expect(handled.begun).toEqual([1, 1, 2]);
  });

  it("[9.13] is told of an answer that was given up for lack of room", async () => {
    const { client, server, begun } = telling({ claims: { answers: 1 } });
    const ada = client();
    await ada.connect(server);
    for (const id of [1, 2, 1, 2]) await ada.send(id, "add");
    expect(ada.answers).toEqual(["$reply 1 1", "$reply 2 2", "$error 1 OUTCOME_UNKNOWN", "$reply 2 2"]);
    expect(begun).toEqual([1, 2]);
  });

  it("is told when the record was lost under a living connection; what may be repeated is handled", async () => {
    const { client, memory, server, begun } = telling();
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    memory.claims.clear();
    await ada.send(2, "add");
    await ada.send(3, "set");
    expect(ada.answers).toEqual(["$reply 1 1", "$error 2 OUTCOME_UNKNOWN", "$ack 3"]);
    expect(begun).toEqual([1, 3]);
  });

  it("is not told of a deadline that has passed: that is an answer of its own", async () => {
    const { clock, client, server } = serving({ deadlines: { handlerMs: 1_000 } });
    const handled = new Handled();
    server.handle("add", handled.handler);
    const ada = client();
    await ada.connect(server);
    await ada.send(1, "add");
    await ada.cut();
    await clock.advance(1_000);
    expect(handled.signals[0]?.aborted).toBe(true);
    handled.end(1);
    await ada.connect(server);
    await ada.send(1, "add");
    expect(ada.answers).toEqual(["$error 1 TIMEOUT"]);
  });
});
