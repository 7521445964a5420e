import { VirtualClock } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import { CheckedClient } from "./checked-client.js";
import { node } from "./set-up.js";
import { SlowBroker } from "./slow-broker.js";

const room = "kept/a";

type Act = "publish" | "join" | "recover" | "leave" | "end" | "stall" | "read";

const act = fc.record({
  act: fc.constantFrom<Act>(
    "publish",
    "publish",
    "publish",
    "join",
    "recover",
    "leave",
    "end",
    "stall",
    "read",
  ),
  who: fc.nat({ max: 2 }),
});

/** A node whose broker answers, and delivers, when the scheduler says so. */
function scheduled(scheduler: fc.Scheduler) {
  const clock = new VirtualClock();
  const engine = new MemoryBroker({ clock });
  const broker = new SlowBroker(engine, () => scheduler.schedule(Promise.resolve()));
  return { engine, here: node({ clock, broker }) };
}

describe("joining, recovering and catching up, with each answer of the broker at any moment", () => {
  it("[8.4] [8.8] loses nothing, repeats nothing and leaves nothing behind (A-63, F-30, F-31, U11)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(act, { minLength: 5, maxLength: 30, size: "max" }),
        async (scheduler, acts) => {
          const { engine, here } = scheduled(scheduler);
          const { rooms, failures } = here;
          const clients = new Map<number, CheckedClient>();
          const gone: { readonly client: CheckedClient; readonly frames: number; readonly wasIn: boolean }[] =
            [];
          let published = 0;
          const { epoch } = engine.history.open(room, { size: 10, bytes: 100_000 });
          const perform = (what: Act, who: number): void => {
            const client = clients.get(who);
            if (what === "publish") {
              published++;
              void rooms.publish(room, { type: "message", data: published });
            } else if ((what === "join" || what === "recover") && !client) {
              const newcomer = new CheckedClient(`${who} ${published} ${gone.length}`);
              clients.set(who, newcomer);
              const { head } = engine.history.open(room, { size: 10, bytes: 100_000 });
              const position = { epoch, offset: Math.max(0, head - 3) };
              void newcomer.join(rooms, { room, ...(what === "recover" && position) });
            } else if (client && what === "stall") client.recorder.takes = 1;
            else if (client && what === "read") client.recorder.relieve(5);
            else if (client && (what === "leave" || what === "end")) {
              if (what === "leave") rooms.leave(client.recorder, room);
              else rooms.leaveAll(client.recorder);
              clients.delete(who);
              const { joining, recorder } = client;
              gone.push({ client, frames: recorder.frames.length, wasIn: joining !== undefined });
            }
          };
          const steps = acts.map(({ act: what, who }) => ({
            label: `${what} ${who}`,
            builder: async () => perform(what, who),
          }));
          scheduler.scheduleSequence(steps);
          await scheduler.waitIdle();
          for (const { recorder } of clients.values()) recorder.relieve(1_000);
          await scheduler.waitIdle();
          expect(failures).toEqual([]);
          for (const client of clients.values()) client.check(published);
          for (const { client, frames, wasIn } of gone) {
            expect(client.recorder.frames).toHaveLength(frames);
            if (!wasIn) expect(client.refused).toMatchObject({ code: "CLOSED" });
          }
          for (const { recorder } of clients.values()) rooms.leaveAll(recorder);
          await scheduler.waitIdle();
          expect(rooms.counts).toEqual({ rooms: 0, memberships: 0 });
          rooms.close();
        },
      ),
      { numRuns: 150 },
    );
  }, 30_000);
});
