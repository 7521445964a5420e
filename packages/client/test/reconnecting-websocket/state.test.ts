import { describe, expect, it } from "vitest";
import {
  type Event,
  type State,
  type Step,
  table,
  transition,
} from "../../src/reconnecting-websocket/state.js";

const states: readonly State[] = ["closed", "connecting", "open", "waiting", "closing"];
const events: readonly Event[] = ["connect", "close", "opened", "lost", "ended", "timer", "wake"];

/** The whole table a second time, written from the rules: what is not here changes nothing. */
const expected: Record<State, Partial<Record<Event, Step>>> = {
  closed: { connect: ["connecting", "settle", "attempt"] },
  connecting: {
    connect: ["connecting", "drop", "settle", "attempt"],
    opened: ["open", "open"],
    lost: ["waiting", "drop", "wait"],
    ended: ["closed", "drop", "close"],
    close: ["closed", "drop", "close"],
    timer: ["connecting", "timeout"],
  },
  open: {
    connect: ["connecting", "drop", "close", "settle", "attempt"],
    lost: ["waiting", "drop", "close", "wait"],
    ended: ["closed", "drop", "close"],
    close: ["closing", "goodbye"],
    timer: ["open", "settle"],
  },
  waiting: {
    connect: ["connecting", "settle", "attempt"],
    timer: ["connecting", "attempt"],
    wake: ["connecting", "attempt"],
    close: ["closed", "close"],
  },
  closing: {
    connect: ["connecting", "drop", "close", "settle", "attempt"],
    ended: ["closed", "drop", "close"],
  },
};

const pairs = states.flatMap((state) => events.map((event) => ({ state, event })));
const steps = pairs.map(({ state, event }) => ({ state, event, step: transition(state, event) }));

describe("the table of a reconnecting socket", () => {
  it.each(pairs)("has an answer for $event while $state", ({ state, event }) => {
    expect(transition(state, event)).toEqual(expected[state][event] ?? [state]);
  });

  it("has no rows for states or events that do not exist", () => {
    expect(Object.keys(table).sort()).toEqual([...states].sort());
    for (const row of Object.values(table)) {
      for (const event of Object.keys(row)) expect(events).toContain(event);
    }
  });

  it("leaves `closed` only when the program wants a connection", () => {
    const leaving = steps.filter(({ state, step: [to] }) => state === "closed" && to !== "closed");
    expect(leaving.map(({ event }) => event)).toEqual(["connect"]);
  });

  it("comes to rest after `close` from everywhere, once the socket has ended", () => {
    for (const state of states) {
      const [next] = transition(state, "close");
      expect(transition(next, "ended")[0]).toBe("closed");
    }
  });

  it("tells `close` once for each `open`, and once when it is over", () => {
    for (const { state, step } of steps) {
      const [to, ...effects] = step;
      const wasOpen = state === "open" || state === "closing";
      const isOpen = to === "open" || to === "closing";
      const ends = (wasOpen && !isOpen) || (state !== "closed" && to === "closed");
      expect(effects.filter((effect) => effect === "close")).toHaveLength(ends ? 1 : 0);
    }
  });

  it("lets go of a socket before it makes another", () => {
    for (const { state, step } of steps) {
      const [, ...effects] = step;
      const hasSocket = state === "connecting" || state === "open" || state === "closing";
      if (hasSocket && effects.includes("attempt")) {
        expect(effects.indexOf("drop")).toBeLessThan(effects.indexOf("attempt"));
        expect(effects).toContain("drop");
      }
    }
  });
});
