import { VirtualClock } from "@tautline/testing";
import { expect, it } from "vitest";
import { watched } from "../src/watched-promise.js";

const failing = (clock: VirtualClock, reported: unknown[]): Promise<void> =>
  watched(
    clock,
    (error) => reported.push(error),
    (_, reject) => reject("no"),
  );

it("reports a rejection that nobody asked for", async () => {
  const [clock, reported]: [VirtualClock, unknown[]] = [new VirtualClock(), []];
  void failing(clock, reported);
  await clock.settle();
  expect(reported).toEqual(["no"]);
});

it.each([
  [
    "await",
    async (promise: Promise<void>) => {
      try {
        await promise;
      } catch {}
    },
  ],
  ["catch", (promise: Promise<void>) => promise.catch(() => {})],
  ["then", (promise: Promise<void>) => promise.then(undefined, () => {})],
  ["Promise.all", (promise: Promise<void>) => Promise.all([promise]).catch(() => {})],
  ["an async function", (promise: Promise<void>) => (async () => promise)().catch(() => {})],
])("leaves to the program what it asked for by %s", async (_, ask) => {
  const [clock, reported]: [VirtualClock, unknown[]] = [new VirtualClock(), []];
  await ask(failing(clock, reported));
  await clock.settle();
  expect(reported).toEqual([]);
});
