import { describe, expect, it } from "vitest";
import { type Event, type State, transition } from "../../src/connection/state.js";

const states: readonly State[] = [
  { kind: "awaiting-hello" },
  { kind: "authenticating" },
  { kind: "open" },
  { kind: "draining" },
  { kind: "closing", code: 1008, reason: "first" },
  { kind: "closed", code: 1000, reason: "done" },
];
const events: readonly Event[] = [
  { kind: "hello" },
  { kind: "admitted" },
  { kind: "drain" },
  { kind: "close", code: 1001, reason: "away" },
  { kind: "ended", code: 1006, reason: "cut" },
];

/** `state event → state: effects`, for every pair. */
const table: Readonly<Record<string, string>> = {
  "awaiting-hello hello": "authenticating: authenticate",
  "awaiting-hello admitted": "awaiting-hello:",
  "awaiting-hello drain": "closing 1012: say-goodbye",
  "awaiting-hello close": "closing 1001: say-goodbye",
  "awaiting-hello ended": "closed 1006: release",
  "authenticating hello": "closing 1002: say-goodbye",
  "authenticating admitted": "open: announce",
  "authenticating drain": "closing 1012: say-goodbye",
  "authenticating close": "closing 1001: say-goodbye",
  "authenticating ended": "closed 1006: release",
  "open hello": "closing 1002: depart say-goodbye",
  "open admitted": "open:",
  "open drain": "draining: redirect",
  "open close": "closing 1001: depart say-goodbye",
  "open ended": "closed 1006: depart release",
  "draining hello": "closing 1002: depart say-goodbye",
  "draining admitted": "draining:",
  "draining drain": "draining:",
  "draining close": "closing 1001: depart say-goodbye",
  "draining ended": "closed 1006: depart release",
  "closing hello": "closing 1008:",
  "closing admitted": "closing 1008:",
  "closing drain": "closing 1008:",
  "closing close": "closing 1008:",
  "closing ended": "closed 1008: release",
  "closed hello": "closed 1000:",
  "closed admitted": "closed 1000:",
  "closed drain": "closed 1000:",
  "closed close": "closed 1000:",
  "closed ended": "closed 1000:",
};

function told(state: State): string {
  return "code" in state ? `${state.kind} ${state.code}` : state.kind;
}

describe("a connection's states", () => {
  const pairs = states.flatMap((state) =>
    events.map((event) => [`${state.kind} ${event.kind}`, state, event] as const),
  );

  it.each(pairs)("%s", (pair, state, event) => {
    const step = transition(state, event);
    const effects = step.effects.map(({ kind }) => ` ${kind}`).join("");
    expect(`${told(step.state)}:${effects}`).toBe(table[pair]);
  });

  it("are released exactly once, and depart exactly once if they were open, whatever happens", () => {
    // Every path of up to five events, from both beginnings.
    const walk = (state: State, done: readonly string[], depth: number): void => {
      const count = (kind: string) => done.filter((effect) => effect === kind).length;
      expect(count("release")).toBe(state.kind === "closed" ? 1 : 0);
      expect(count("depart")).toBeLessThanOrEqual(1);
      if (state.kind === "closed") expect(count("depart")).toBe(count("announce"));
      if (depth === 0) return;
      for (const event of events) {
        const step = transition(state, event);
        walk(step.state, [...done, ...step.effects.map(({ kind }) => kind)], depth - 1);
      }
    };
    walk({ kind: "awaiting-hello" }, [], 5);
    walk({ kind: "authenticating" }, [], 5);
  });
});
