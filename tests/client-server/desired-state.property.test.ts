import fc from "fast-check";
import { expect, it } from "vitest";
import { world } from "./virtual-world.js";

// What the program asked for last is what holds once the world is quiet, whatever happened in between.

const rooms = ["chat/a", "chat/b", "chat/c"] as const;
const room = fc.constantFrom(...rooms);
const pause = fc.constantFrom(0, 0, 5, 50, 150, 1_000, 40_000);

const trouble = [
  { weight: 2, arbitrary: fc.constant({ do: "cut" } as const) },
  { weight: 1, arbitrary: fc.constant({ do: "half-open" } as const) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: pause }) },
];

/** Long enough for every wait between attempts, for a dead connection to be found, and for a last leave. */
const quietMs = 300_000;

function troubled() {
  const { clock, serve, client } = world();
  let serving = serve();
  const member = client();
  const suffer = async (what: { do: string; ms?: number }): Promise<void> => {
    if (what.do === "cut") member.links.cut();
    if (what.do === "half-open") member.links.halfOpen();
    if (what.do === "restart") {
      serving.listener.crash();
      serving = serve();
    }
    await clock.advance(what.ms ?? 0);
  };
  /** Its rooms by connection, as the server sees them. */
  const seen = (): string[][] => [...serving.connections].map(({ rooms }) => [...rooms].sort());
  return { client: member.client, clock, suffer, seen };
}

it("is in the rooms that the program wants, and in no others, however often it was cut off (F-34)", async () => {
  const action = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("join" as const), room }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("leave" as const), room }) },
    ...trouble,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
      const { clock, client, suffer, seen } = troubled();
      void client.connect();
      const wanted = new Map<string, number>();
      for (const what of actions) {
        if (what.do === "join") {
          wanted.set(what.room, (wanted.get(what.room) ?? 0) + 1);
          void client.room(what.room).join();
        } else if (what.do === "leave") {
          wanted.set(what.room, Math.max(0, (wanted.get(what.room) ?? 0) - 1));
          client.room(what.room).leave();
        } else await suffer(what);
      }
      await clock.advance(quietMs);
      expect(seen()).toEqual([rooms.filter((name) => (wanted.get(name) ?? 0) > 0)]);
      await clock.until(client.close());
    }),
    { numRuns: 150 },
  );
});

it("has one connection at most, and none once it is closed, however often it is opened and closed (F-44)", async () => {
  const action = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ do: "connect" } as const) },
    { weight: 4, arbitrary: fc.constant({ do: "close" } as const) },
    ...trouble,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const { clock, client, suffer, seen } = troubled();
      await clock.until(client.room("chat/a").join());
      const promises: Promise<unknown>[] = [];
      let isOpen = true;
      for (const what of actions) {
        if (what.do === "connect") promises.push(client.connect().catch(() => undefined));
        else if (what.do === "close") promises.push(client.close());
        else await suffer(what);
        if (what.do === "connect" || what.do === "close") isOpen = what.do === "connect";
      }
      await clock.advance(quietMs);
      expect(seen()).toEqual(isOpen ? [["chat/a"]] : []);
      await clock.until(Promise.all([...promises, client.close()]));
      await clock.advance(quietMs);
      expect(seen()).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
