import fc from "fast-check";
import { expect, it } from "vitest";
import { connected, frame } from "./setup.js";

/** One thing that happens on a connection. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("up" as const), bytes: fc.integer({ min: 1, max: 3_000 }) }),
  fc.record({ kind: fc.constant("down" as const), bytes: fc.integer({ min: 1, max: 3_000 }) }),
  fc.record({
    kind: fc.constantFrom("stall" as const, "resume" as const),
    way: fc.constantFrom("toServer" as const, "toClient" as const, undefined),
  }),
  fc.record({
    kind: fc.constantFrom("pause" as const, "read" as const, "blackout" as const, "ping" as const),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(100) }),
  fc.record({ kind: fc.constant("slower" as const), ms: fc.nat(200) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const conditions = fc.record({
  latencyMs: fc.oneof(fc.nat(30), fc.tuple(fc.nat(5), fc.integer({ min: 5, max: 80 }))),
  bytesPerMs: fc.constantFrom(Infinity, 5, 100),
  splitting: fc.constantFrom(0, 0.5, 1),
  windowBytes: fc.constantFrom(1, 500, 5_000, 20_000),
});

type Connected = Awaited<ReturnType<typeof connected>>;

function perform(
  { socket, server, network, clock }: Connected,
  act: Step,
  text: string,
): Promise<void> | void {
  switch (act.kind) {
    case "up":
      return socket.send(text.padEnd(act.bytes, "."));
    case "down":
      return server.transport.write([frame(`${text}a`.padEnd(act.bytes, ".")), frame(`${text}b`)]);
    case "stall":
      return network.links.stall(act.way);
    case "resume":
      return network.links.resume(act.way);
    case "blackout":
      return network.links.last.blackout(50);
    case "pause":
      return server.transport.pause();
    case "read":
      return server.transport.resume();
    case "ping":
      return server.transport.ping();
    case "slower":
      network.conditions = { latencyMs: act.ms };
      return;
    case "wait":
      return clock.advance(act.ms);
  }
}

const data = (events: readonly string[]): string[] =>
  events
    .filter((event) => event !== "alive" && event !== "drained")
    .map((event) => event.replace(/\.+$/, ""));

async function calm({ server, network, clock }: Connected): Promise<void> {
  network.links.resume();
  for (const link of network.links) link.resume();
  server.transport.resume();
  await clock.advance(100_000);
}

it("keeps order and loses nothing in either direction, whatever stalls, pauses, splits and slows it (F-14, F-15)", async () => {
  await fc.assert(
    fc.asyncProperty(conditions, fc.array(step, { maxLength: 40 }), async (mood, steps) => {
      const world = await connected(mood);
      const [up, down]: [string[], string[]] = [[], []];
      for (const [index, act] of steps.entries()) {
        if (act.kind === "up") up.push(`${index}`);
        if (act.kind === "down") down.push(`${index}a`, `${index}b`);
        await perform(world, act, `${index}`);
      }
      await calm(world);
      expect(data(world.server.events)).toEqual(up);
      expect(data(world.events)).toEqual(down);
      expect(world.server.transport.bufferedBytes + world.socket.bufferedAmount).toBe(0);
      expect(world.clock.pending).toBe(0);
    }),
    { numRuns: 150 },
  );
});

it("after a cut gives each end a beginning of what was sent, then 1006, and frees everything", async () => {
  await fc.assert(
    fc.asyncProperty(conditions, fc.array(step, { maxLength: 30 }), fc.nat(29), async (mood, steps, at) => {
      const world = await connected(mood);
      const [up, down]: [string[], string[]] = [[], []];
      for (const [index, act] of steps.entries()) {
        if (index === at) world.network.links.cut();
        if (act.kind === "up") up.push(`${index}`);
        if (act.kind === "down") down.push(`${index}a`, `${index}b`);
        // A cut connection is no longer among the living; to slow or stall it means nothing.
        if (act.kind !== "blackout" || world.network.links.size > 0) await perform(world, act, `${index}`);
      }
      world.network.links.cut();
      await calm(world);
      const [heardUp, heardDown] = [data(world.server.events), data(world.events)];
      expect(heardUp.pop()).toBe("closed 1006");
      expect(heardDown.splice(-2)).toEqual(["error", "close 1006 unclean"]);
      expect(heardUp).toEqual(up.slice(0, heardUp.length));
      expect(heardDown).toEqual(down.slice(0, heardDown.length));
      expect([world.network.links.size, world.clock.pending]).toEqual([0, 0]);
    }),
    { numRuns: 150 },
  );
});

it("is the same for the same seed: every record of two runs, and another for another seed", async () => {
  const run = async (seed: number) => {
    const { world: makeWorld, dial } = await import("./setup.js");
    const made = makeWorld({ latencyMs: [1, 90], splitting: 0.5, lossLagMs: [0, 500] }, { seed });
    const sockets = Array.from({ length: 8 }, () => dial(made));
    await made.clock.advance(200);
    for (let round = 0; round < 50; round++) {
      for (const { socket } of sockets) socket.send(`${round}`);
      // Answers of different lengths of promise chains: what they do together must not depend on the machine.
      for (const [index, { transport }] of made.served.entries()) {
        void (async () => {
          for (let turn = 0; turn < (index * 7) % 23; turn++) await undefined;
          transport.write([frame(`${round}`), frame("again")]);
        })();
      }
      if (round % 10 === 3) made.network.links.last.cut();
      if (round % 10 === 5) made.network.links.blackout(30);
      await made.clock.advance(17);
    }
    await made.clock.advance(10_000);
    return made.records;
  };
  const [first, second, other] = [await run(5), await run(5), await run(6)];
  expect(first.length).toBeGreaterThan(500);
  expect(second).toEqual(first);
  expect(other).not.toEqual(first);
});
