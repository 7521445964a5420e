import type { Clock } from "@tautline/protocol";
import { expect, it } from "vitest";
import { world } from "./virtual-world.js";

/** A clock that is this one but for some of its parts. */
function changed(clock: Clock, parts: Partial<Clock>): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    clearTimeout: (handle) => clock.clearTimeout(handle),
    immediate: (callback) => clock.immediate(callback),
    ...parts,
  };
}

const minute = 60_000;
const hour = 60 * minute;

/** As in a tab that was hidden for five minutes: timers run once a minute, all together. */
const throttled = (clock: Clock): Clock =>
  changed(clock, {
    setTimeout: (callback, ms) => {
      const due = clock.monotonic() + ms;
      return clock.setTimeout(callback, Math.ceil(due / minute) * minute - clock.monotonic());
    },
  });

it("keeps a page connected whose timers run once a minute (F-08)", async () => {
  const { clock, serve, join } = world({ clientsClock: throttled });
  const { server } = serve();
  const hidden = await join();
  // What arrives wakes a page whatever its timers do. Here it is nothing but the server's pings, for an hour.
  await clock.advance(hour);
  expect([hidden.states, hidden.links.size]).toEqual([[], 1]);
  await server.room("chat/lobby").publish("said", "still there?");
  await clock.advance(100);
  expect(hidden.heard).toEqual(["still there?"]);
});

it("finds out that a hidden page's connection is dead, though late, and misses nothing (F-08)", async () => {
  const { clock, serve, join } = world({ clientsClock: throttled });
  const { server } = serve();
  const hidden = await join();
  hidden.links.halfOpen();
  await server.room("chat/lobby").publish("said", "unheard");
  await clock.until(() => hidden.heard.length === 1, 5 * minute);
  expect(hidden.heard).toEqual(["unheard"]);
  expect(hidden.states[0]).toBe("connecting");
});

it.each([
  ["forwards", 26 * hour],
  ["back", -26 * hour],
])(
  "goes by the time that passes, not by that of the day: a server's clock that is set %s breaks nothing (F-29)",
  async (_way, step) => {
    let skew = 0;
    const stepped = (clock: Clock) => changed(clock, { now: () => clock.now() + skew });
    const { clock, serve, join } = world({ serversClock: stepped });
    const { server } = serve();
    const [ada, bo] = [await join(), await join()];
    await clock.until(ada.room.send("say", "before"));
    skew = step;
    await clock.advance(minute);
    expect([ada.states, bo.states]).toEqual([[], []]);
    bo.links.cut();
    await clock.until(ada.room.send("say", "after"));
    await clock.until(() => bo.heard.length === 2);
    expect([ada.heard, bo.heard]).toEqual([
      ["before", "after"],
      ["before", "after"],
    ]);
    expect(server.stats().connections).toBe(2);
  },
);

it.each([
  ["forwards", 26 * hour],
  ["back", -26 * hour],
])("goes by the time that passes on a device whose clock is set %s, too (F-29)", async (_way, step) => {
  let skew = 0;
  const stepped = (clock: Clock) => changed(clock, { now: () => clock.now() + skew });
  const { clock, serve, join } = world({ clientsClock: stepped });
  serve();
  const [ada, bo] = [await join(), await join()];
  skew = step;
  bo.links.cut();
  await clock.until(ada.room.send("say", "one"));
  await clock.until(() => bo.heard.length === 1);
  await clock.advance(hour);
  expect([ada.states, bo.heard]).toEqual([[], ["one"]]);
});
