import { closeCodes, TautlineError } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import {
  type ClientState,
  type ConnectionEvent,
  initialStanding,
  type Standing,
  transition,
  verdictOf,
} from "../../src/connection/state.js";

const error = new TautlineError("CLOSED", "cut");
const told = new TautlineError("RATE_LIMITED", "later", { retryAfterMs: 5 });
const welcome = {
  connection: "c",
  user: "u",
  member: "m",
  resumed: false,
  heartbeatMs: 1,
  limits: { messageBytes: 1, rooms: 1, unanswered: 1 },
  rooms: [],
};

const standing = (state: ClientState, move?: Standing["move"]): Standing => ({
  ...initialStanding,
  state,
  move,
});
const connected = { kind: "connected", connection: "a", user: "u", member: "m" } as const;

const states = {
  idle: initialStanding,
  socket: standing({ kind: "connecting", step: "socket" }),
  hello: standing({ kind: "connecting", step: "hello" }),
  connected: standing(connected),
  moveSocket: standing(connected, "socket"),
  moveHello: standing(connected, "hello"),
  moveAnswers: standing(connected, "answers"),
  waiting: standing({ kind: "waiting", delayMs: 5, error }),
  told: standing({ kind: "waiting", delayMs: 5, error: told }),
  closed: standing({ kind: "closed" }),
} satisfies Record<string, Standing>;

/** How a standing is named in the table. */
const nameOf = ({ state, move }: Standing): string => (move ? `moving (${move})` : state.kind);

const ended = (verdict: "retry" | "refused" | "final" | "another-user", delayMs: number | null = 5) =>
  ({ kind: "ended", verdict, error, delayMs }) as const;

const events = {
  connect: { kind: "connect" },
  opened: { kind: "opened" },
  welcome: { kind: "welcome", welcome },
  stable: { kind: "stable" },
  retry: ended("retry"),
  enough: ended("retry", null),
  refused: ended("refused"),
  final: ended("final", null),
  another: ended("another-user"),
  renew: { kind: "renew" },
  move: { kind: "move" },
  moveFailed: { kind: "move-failed" },
  answered: { kind: "answered" },
  due: { kind: "due" },
  wake: { kind: "wake" },
  close: { kind: "close" },
} satisfies Record<string, ConnectionEvent>;

type StateName = keyof typeof states;
type EventName = keyof typeof events;

type Row = Partial<Record<EventName, [name: string, effects: string]>>;

const over = "suspend drop";
/** Whatever ends the old connection: the new one is under way already. */
const goOn: [string, string] = ["connecting", "suspend leave"];
const moving: Row = {
  retry: goOn,
  enough: goOn,
  refused: goOn,
  final: goOn,
  another: goOn,
  renew: goOn,
  moveFailed: ["connected", "stay"],
  close: ["closed", `${over} give-up`],
};
/** What each event leads to, and what is done about it. What is not listed changes nothing. */
const table: Record<StateName, Row> = {
  idle: { connect: ["connecting", "attempt"], close: ["closed", `${over} give-up`] },
  socket: {
    opened: ["connecting", "greet"],
    retry: ["waiting", over],
    enough: ["closed", `${over} give-up`],
    refused: ["waiting", over],
    final: ["closed", `${over} give-up`],
    another: ["waiting", `${over} become-another`],
    close: ["closed", `${over} give-up`],
  },
  hello: {
    welcome: ["connected", "switch resume restore"],
    retry: ["waiting", over],
    enough: ["closed", `${over} give-up`],
    refused: ["waiting", over],
    final: ["closed", `${over} give-up`],
    another: ["waiting", `${over} become-another`],
    close: ["closed", `${over} give-up`],
  },
  connected: {
    stable: ["connected", ""],
    retry: ["waiting", over],
    enough: ["closed", `${over} give-up`],
    refused: ["waiting", over],
    final: ["closed", `${over} give-up`],
    another: ["waiting", `${over} become-another`],
    renew: ["connecting", `${over} attempt`],
    move: ["moving (socket)", "attempt"],
    close: ["closed", `${over} give-up`],
  },
  moveSocket: { ...moving, opened: ["moving (hello)", "greet"], stable: ["moving (socket)", ""] },
  moveHello: { ...moving, welcome: ["moving (answers)", "switch restore"], stable: ["moving (hello)", ""] },
  moveAnswers: {
    stable: ["moving (answers)", ""],
    retry: ["waiting", over],
    enough: ["closed", `${over} give-up`],
    refused: ["waiting", over],
    final: ["closed", `${over} give-up`],
    another: ["waiting", `${over} become-another`],
    renew: ["connecting", `${over} attempt`],
    answered: ["connected", "leave resume"],
    close: ["closed", `${over} give-up`],
  },
  waiting: {
    connect: ["connecting", "attempt"],
    due: ["connecting", "attempt"],
    wake: ["connecting", "attempt"],
    close: ["closed", `${over} give-up`],
  },
  told: {
    connect: ["connecting", "attempt"],
    due: ["connecting", "attempt"],
    close: ["closed", `${over} give-up`],
  },
  closed: { connect: ["connecting", "attempt"] },
};

const pairs = (Object.keys(states) as StateName[]).flatMap((state) =>
  (Object.keys(events) as EventName[]).map((event) => [state, event] as const),
);

describe("the life of a connection", () => {
  it.each(pairs)("in %s, at %s, goes where the table says", (stateName, eventName) => {
    const before = states[stateName];
    const after = transition(before, events[eventName]);
    const [name, effects] = table[stateName][eventName] ?? [nameOf(before), ""];
    expect(nameOf(after.standing)).toBe(name);
    expect(after.effects.join(" ")).toBe(effects);
    if (!table[stateName][eventName]) expect(after.standing).toBe(before);
  });

  it("counts attempts to come back until the connection is stable", () => {
    let now = transition(states.connected, ended("retry")).standing;
    now = transition(now, { kind: "due" }).standing;
    expect(now.attempts).toBe(1);
    now = transition({ ...now, state: states.hello.state }, { kind: "welcome", welcome }).standing;
    expect(now.attempts).toBe(1);
    const connected = now.state;
    now = transition(now, { kind: "stable" }).standing;
    expect(now).toMatchObject({ attempts: 0, refused: false });
    expect(now.state).toBe(connected);
  });

  it("stays connected over a move, under the new connection's name, and goes on with its socket where the old one ends", () => {
    expect(transition(states.moveHello, { kind: "welcome", welcome }).standing.state).toEqual({
      ...connected,
      connection: "c",
    });
    expect(transition(states.moveHello, ended("final", null)).standing.state).toEqual(states.hello.state);
    expect(transition(states.moveSocket, { kind: "renew" }).standing.state).toEqual(states.socket.state);
  });

  it("stays closed at the second refusal in a run", () => {
    const first = transition(states.hello, ended("refused")).standing;
    expect(first).toMatchObject({ state: { kind: "waiting" }, refused: true });
    const second = transition({ ...first, state: states.hello.state }, ended("refused")).standing;
    expect(second.state).toEqual({ kind: "closed", error });
  });
});

describe("the meaning of a close", () => {
  it.each([
    ["final", [1000, 1002, 1003, 1007, 1009, 4400, 4409]],
    ["refused", [1008]],
    ["retry", [1001, 1005, 1006, 1011, 1012, 1013, 4408, 4410, 4429, 3000, 4999]],
  ] as const)("is %s for %j", (verdict, codes) => {
    for (const code of codes) expect(verdictOf(code, undefined)).toBe(verdict);
  });

  it("is known for every code of the protocol", () => {
    for (const code of Object.values(closeCodes)) expect(verdictOf(code, undefined)).toMatch(/^\w/);
  });

  it("is another user where the server said so before", () => {
    expect(verdictOf(1008, "USER_CHANGED")).toBe("another-user");
  });
});
