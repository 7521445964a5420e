import { TautlineError } from "@tautline/protocol";
import { expect, it } from "vitest";
import { type RoomEvent, type RoomState, transition } from "../../src/room/state.js";

const error = new TautlineError("FORBIDDEN", "no");
const states = {
  left: { kind: "left" },
  joining: { kind: "joining" },
  joined: { kind: "joined" },
} satisfies Record<string, RoomState>;
const events = {
  want: { kind: "want" },
  leave: { kind: "leave" },
  asked: { kind: "joined", asked: true },
  unasked: { kind: "joined", asked: false },
  "put-off": { kind: "put-off", delayMs: 5 },
  refused: { kind: "refused", error },
  hole: { kind: "hole" },
  suspend: { kind: "suspend" },
} satisfies Record<string, RoomEvent>;

type StateName = keyof typeof states;
type EventName = keyof typeof events;

/** What each event leads to, and what is done about it. What is not listed changes nothing. */
const table: Record<StateName, Partial<Record<EventName, [kind: string, effect: string]>>> = {
  left: { want: ["joining", "ask"], asked: ["left", "tell-leave"], unasked: ["joined", "admit"] },
  joining: {
    leave: ["left", "tell-leave"],
    asked: ["joined", "admit"],
    unasked: ["joined", "admit"],
    "put-off": ["joining", "ask-later"],
    refused: ["left", "reject"],
  },
  joined: {
    leave: ["left", "tell-leave"],
    asked: ["joined", "admit"],
    unasked: ["joined", "admit"],
    "put-off": ["joining", "ask-later"],
    refused: ["left", "reject"],
    hole: ["joining", "ask"],
    suspend: ["joining", ""],
  },
};

const pairs = (Object.keys(states) as StateName[]).flatMap((state) =>
  (Object.keys(events) as EventName[]).map((event) => [state, event] as const),
);

it.each(pairs)("in %s, at %s, a membership goes where the table says", (stateName, eventName) => {
  const before = states[stateName];
  const { state, effect } = transition(before, events[eventName]);
  const [kind, done] = table[stateName][eventName] ?? [before.kind, ""];
  expect(state.kind).toBe(kind);
  expect(effect ?? "").toBe(done);
  if (state.kind === before.kind) expect(state).toEqual(before);
});
