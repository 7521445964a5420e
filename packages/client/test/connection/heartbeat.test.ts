import { VirtualClock } from "@tautline/testing";
import { expect, it } from "vitest";
import { Heartbeat } from "../../src/connection/heartbeat.js";

/** A clock whose timers can be held up, as by a machine that sleeps. */
class SleepyClock extends VirtualClock {
  asleepMs = 0;

  override monotonic(): number {
    return super.monotonic() + this.asleepMs;
  }
}

function started(limitMs = 25_000): { clock: SleepyClock; heartbeat: Heartbeat; told: string[] } {
  const [clock, told]: [SleepyClock, string[]] = [new SleepyClock(), []];
  const heartbeat = new Heartbeat(clock, { ping: () => told.push("ping"), dead: () => told.push("dead") });
  heartbeat.start(limitMs);
  return { clock, heartbeat, told };
}

it("says nothing as long as something arrives", async () => {
  const { clock, heartbeat, told } = started();
  for (let n = 0; n < 10; n++) {
    await clock.advance(20_000);
    heartbeat.received();
  }
  expect(told).toEqual([]);
  heartbeat.stop();
  expect(clock.pending).toBe(0);
});

it("says dead once the limit has passed in silence", async () => {
  const { clock, told } = started();
  await clock.advance(25_000);
  expect(told).toEqual(["dead"]);
});

it("asks before it judges where its timer was late: what arrived meanwhile is read first (F-06)", async () => {
  const { clock, heartbeat, told } = started();
  clock.asleepMs = 60_000;
  await clock.advance(25_000);
  expect(told).toEqual(["ping"]);
  heartbeat.received();
  await clock.advance(3_000);
  expect(told).toEqual(["ping"]);
});

it("says dead where nothing answers after a sleep", async () => {
  const { clock, told } = started();
  clock.asleepMs = 60_000;
  await clock.advance(28_000);
  expect(told).toEqual(["ping", "dead"]);
});

it("asks twice, then says dead, where every timer is late: a hidden page's run once a minute (F-08)", async () => {
  const { clock, told } = started();
  for (let n = 1; n <= 3; n++) {
    clock.asleepMs += 60_000;
    await clock.advance(25_000);
  }
  expect(told).toEqual(["ping", "ping", "dead"]);
});

it("asks at the first send after a long silence, and not at others", async () => {
  const { clock, heartbeat, told } = started();
  heartbeat.sending();
  clock.asleepMs = 60_000;
  heartbeat.sending();
  heartbeat.sending();
  expect(told).toEqual(["ping"]);
  await clock.advance(3_000);
  expect(told).toEqual(["ping", "dead"]);
});

it("is silent when it is stopped", async () => {
  const { clock, heartbeat, told } = started();
  heartbeat.probe();
  heartbeat.stop();
  heartbeat.probe();
  await clock.advance(100_000);
  expect(told).toEqual(["ping"]);
});

it("does not wait over and over for less than the clock can tell from nothing", async () => {
  const { clock, heartbeat, told } = started();
  await clock.advance(7_768.2);
  heartbeat.received();
  // 25,000 ms later, by floating point, a little less than 25,000 ms have passed.
  await clock.advance(25_001);
  expect(told).toEqual(["dead"]);
});
