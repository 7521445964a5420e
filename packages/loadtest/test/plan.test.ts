import { describe, expect, it } from "vitest";
import { type LoadTestOptions, roomOf } from "../src/options.js";
import { planOf, scenarioNameOf } from "../src/plan.js";
import type { Scenario } from "../src/scenario.js";

const everyone: Scenario = { name: "everyone", start: () => ({}) };
const some: Scenario = { ...everyone, senders: "some" };
const url = "ws://localhost/";
const plan = (options: Partial<LoadTestOptions>, scenario: Scenario = everyone, cores = 2) =>
  planOf({ url, ...options }, scenario, { cores, run: "r" });

it.each([
  [{}, "echo"],
  [{ type: "rename" }, "request"],
  [{ room: "chat/a", type: "say" }, "broadcast"],
  [{ room: "chat/a", scenario: "churn" }, "churn"],
] as const)("%j means the scenario %s", (options, name) => {
  expect(scenarioNameOf({ url, ...options })).toBe(name);
});

describe("how many messages a sender sends", () => {
  it.each([
    ["10 seconds by default", { rate: 5 }, 50],
    ["what was asked for", { rate: 5, messages: 100 }, 100],
    ["what fits into the duration", { rate: 5, durationMs: 3_000 }, 15],
    ["at least one", { rate: 0.1, durationMs: 1_000 }, 1],
    ["what comes first of both", { rate: 5, messages: 100, durationMs: 3_000 }, 15],
    ["what comes first of both, the other way", { rate: 5, messages: 4, durationMs: 3_000 }, 4],
  ])("is %s", (_name, options, turns) => {
    expect(plan(options).turns).toBe(turns);
  });

  it("is the scenario's own number where nothing is said", () => {
    const storm = { ...everyone, messages: 3, rate: 0.2 };
    expect(plan({}, storm)).toMatchObject({ turns: 3, rate: 0.2 });
    expect(plan({ durationMs: 10_000 }, storm)).toMatchObject({ turns: 2 });
  });
});

it("lets everyone send, or as many as were asked for in each room", () => {
  expect(plan({ connections: 50 }).senders).toBe(50);
  expect(plan({ connections: 50 }, some).senders).toBe(1);
  expect(plan({ connections: 50, room: "r", rooms: 10, senders: 2 }, some).senders).toBe(20);
  expect(plan({ connections: 5, senders: 100 }, some).senders).toBe(5);
});

it("spreads the users over rooms", () => {
  const many = plan({ connections: 5, room: "chat/load", rooms: 2 });
  expect([0, 1, 2].map((user) => roomOf(many, user))).toEqual(["chat/load-1", "chat/load-2", "chat/load-1"]);
  expect(roomOf(plan({ room: "chat/load" }), 3)).toBe("chat/load");
  expect(roomOf(plan({}), 3)).toBeUndefined();
});

it("never makes a sender a slow reader", () => {
  expect(plan({ connections: 10, slowShare: 1 }, some).slow).toBe(9);
  expect(plan({ connections: 10, slowShare: 0.25 }, some).slow).toBe(3);
});

it.each([
  [100, 8, 1],
  [1_200, 8, 3],
  [50_000, 8, 7],
  [50_000, 1, 1],
])("%d connections on %d cores are made by %d processes", (connections, cores, processes) => {
  expect(plan({ connections, rate: 1 }, everyone, cores).processes).toBe(processes);
});

it("says what a message holds", () => {
  expect(plan({}).data).toBe('{"type":"ping"}');
  expect(plan({ type: "say" }).data).toBe('{"text":"{{key}}"}');
  expect(plan({ data: "x" }).data).toBe("x");
  expect(plan({ type: "say", data: '{"n":{{n}},"text":"{{key}}"}' }).data).toContain("{{n}}");
});

it.each<[Partial<LoadTestOptions>, RegExp]>([
  [{ connections: 0 }, /connections: expected a whole number from 1 to 100000, got 0/],
  [{ connections: 1.5 }, /connections/],
  [{ connections: 1e9 }, /connections/],
  [{ connections: Number.NaN }, /connections/],
  [{ rooms: 3 }, /rooms: expected a room too/],
  [{ room: "r", rooms: 11 }, /rooms: expected a whole number from 1 to 10, got 11/],
  [{ senders: 0 }, /senders/],
  [{ senders: 101 }, /senders/],
  [{ rate: 0 }, /rate/],
  [{ rate: 10_001 }, /rate/],
  [{ connections: 1_000, rate: 5_000 }, /1000000 messages a second of all 1000 senders/],
  [{ rampMs: -1 }, /ramp/],
  [{ rampMs: 3_600_001 }, /ramp/],
  [{ durationMs: 3_600_001 }, /duration/],
  [{ messages: 0 }, /messages/],
  [{ messages: 10_000, rate: 1 }, /within an hour, got 10000 at 1 a second, which takes 167 minutes/],
  [{ timeoutMs: 300_001 }, /timeout/],
  [{ timeoutMs: 0 }, /timeout/],
  [{ slowShare: 1.1 }, /slow/],
  [{ processes: 65 }, /processes/],
  [{ data: "{{uesr}}" }, /data: expected \{\{key\}\}, \{\{user\}\} or \{\{n\}\}, got "\{\{uesr\}\}"/],
  [{ type: "say", data: "{text:1}" }, /data: expected JSON/],
])("refuses %j", (options, complaint) => {
  expect(() => plan(options)).toThrow(complaint);
});
