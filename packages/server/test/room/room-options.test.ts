import { describe, expect, it } from "vitest";
import { checkRoomOptions, checkUserOptions, type RoomOptions } from "../../src/room/room-options.js";

describe("checkRoomOptions", () => {
  it("keeps nothing by default", () => {
    expect(checkRoomOptions({}, "rooms.lobby", false)).toEqual({
      ...{ retention: undefined, last: 0, maxRecovered: 10_000, graceMs: 5_000, presence: false },
    });
  });

  it("gathers changes of presence for 100 ms and names up to 1,000 members, where the contract has presence", () => {
    const { presence } = checkRoomOptions({ presence: { maxListed: 50 } }, "r", true);
    expect(presence).toEqual({ gatherMs: 100, maxListed: 50 });
    expect(checkRoomOptions({}, "r", true).presence).toEqual({ gatherMs: 100, maxListed: 1_000 });
  });

  it("[10.7] names no more members than a client takes", () => {
    const named = (maxListed: number) => checkRoomOptions({ presence: { maxListed } }, "r", true).presence;
    expect(named(10_000)).toMatchObject({ maxListed: 10_000 });
    expect(() => named(10_001)).toThrow(
      "r.presence.maxListed: expected a whole number from 0 to 10000, got 10001",
    );
  });

  it("bounds a history by bytes where only its size is given", () => {
    const { retention, last } = checkRoomOptions({ history: { size: 100 }, onJoin: { last: 20 } }, "r", true);
    expect(retention).toEqual({ size: 100, bytes: 1_048_576, ttlMs: undefined });
    expect(last).toBe(20);
  });

  it.each<[object, string]>([
    [{ history: { size: 0 } }, "r.history.size"],
    [{ history: {} }, "r.history.size"],
    [{ history: true }, "r.history"],
    [{ history: null }, "r.history"],
    [{ history: { size: 1, bytes: -1 } }, "r.history.bytes"],
    [{ history: { size: 1, ttlMs: "1h" } }, "r.history.ttlMs"],
    [{ history: { size: 1, ttl: 1 } }, "r.history.ttl"],
    [{ onJoin: { last: -1 } }, "r.onJoin.last"],
    [{ onJoin: { first: 1 } }, "r.onJoin.first"],
    [{ maxRecovered: 0.5 }, "r.maxRecovered"],
    [{ graceMs: -1 }, "r.graceMs"],
    [{ presence: {} }, "r.presence"],
    [{ hystory: false }, "r.hystory"],
  ])("refuses %o and names the option", (options, path) => {
    expect(() => checkRoomOptions(options as RoomOptions, "r", false)).toThrow(
      expect.objectContaining({
        code: "INVALID_OPTION",
        message: expect.stringContaining(`${path}: expected`),
      }),
    );
  });
});

describe("checkUserOptions", () => {
  it("keeps a hundred events of a day for each user by default, in 256 KiB", () => {
    expect(checkUserOptions({})).toMatchObject({
      ...{ retention: { size: 100, bytes: 262_144, ttlMs: 86_400_000 }, last: 0, maxRecovered: 10_000 },
      ...{ presence: false, graceMs: 0, wireName: "$user" },
    });
  });

  it("keeps what it is told to, or nothing", () => {
    expect(checkUserOptions({ history: { size: 5 } }).retention).toMatchObject({ size: 5, bytes: 1_048_576 });
    expect(checkUserOptions({ history: false }).retention).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ history: { size: 0 } }, "users.history.size"],
    [{ graceMs: 5 }, "users.graceMs"],
    [{ conflate: {} }, "users.conflate"],
  ])("refuses %o and names the option", (options, path) => {
    expect(() => checkUserOptions(options)).toThrow(`${path}: expected`);
  });
});
