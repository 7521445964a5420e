import { describe, expect, it } from "vitest";
import { check, invariants } from "./check.js";
import {
  admit,
  append,
  call,
  client,
  gap,
  got,
  handled,
  handler,
  historyOf,
  joined,
  type Line,
  leftRoom,
  place,
  settledAs,
  socket,
  standing,
} from "./histories.js";

const room = "kept/1";

const stay: readonly Line[] = [
  ["ada", { op: "join", room, key: "j1", withinMs: 1_000 }],
  joined(0),
  ["ada", { op: "joined", room, key: "j1", outcome: "fresh" }],
];
const told = (key: string, offset: number): readonly Line[] => [
  ["node", { op: "told", key, to: "ada" }],
  ["broker", { op: "append", room: "user ada", key, place: place(offset) }],
];
const event = (key: string): Line => ["ada", { op: "event", key, to: "ada" }];
const shouted = (to: string): Line => [to, { op: "event", key: "s1", to: "everyone" }];
/** Ada's client says hello to a node, and is welcomed. */
const greeted = (id: number): Line => ["ada", { op: "greeted", socket: id }];
const welcomed = (node: string, connection: string): readonly Line[] => [
  [node, { op: "admitted", connection, user: "ada", member: "m-ada" }],
  ["ada", { op: "client", outcome: "connected", connection, user: "ada", member: "m-ada" }],
];
const atNode1 = [greeted(1), ...welcomed("node-1", "x")];
const online: Line = ["world", { op: "online", client: "ada" }];
const again = { idempotent: true };
const fault = (kind: "crash" | "freeze", of: string): Line => ["world", { op: "fault", kind, of }, 10];
const crash = (of = "node"): Line => fault("crash", of);
const freeze = (of = "node"): Line => fault("freeze", of);
const forgot = (all?: true): Line => ["broker", { op: "forgot", ...(all && { all }) }, 500];
const late = (key: string, t: number): Line => ["node", { op: "handler", key, run: 2, connection: "x" }, t];
const here: readonly Line[] = [admit(), client("connected")];
/** A node dies with a message in hand, and a later one is started. */
const diedHolding = (extra: { readonly idempotent?: boolean }, node = "node"): readonly Line[] => [
  ...[...here, call("m1", extra), call("m2", again), settledAs("m1", "TIMEOUT"), call("m3", again)],
  ...[crash(node), handler("m3", 1)],
];
/** The client has gone to another connection, where a later message is started. */
const moved: readonly Line[] = [admit("y"), client("connected", "y"), handler("m2", 1, "y")];
/** A node stands still with a message in hand, and its client moves. */
const stoodStillHolding = (node = "node"): readonly Line[] => [
  ...[...here, call("m1"), call("m2"), freeze(node), ...moved],
];
/** Under another client id. */
const reborn: Line = [
  "ada",
  { op: "client", outcome: "connected", connection: "y", user: "ada", member: "m-ada-2" },
];
const threeEvents = [client("connected"), ...told("e1", 1), ...told("e2", 2), ...told("e3", 3)];

const loading = (key: string, offset: number, epoch = "a"): Line => [
  "ada",
  { op: "loading", room, key, place: place(offset, epoch) },
];
const loaded = (key: string): Line => ["ada", { op: "loaded", room, key, outcome: "ok" }];

/** Histories in which everything is as promised. */
const good: Readonly<Record<string, readonly Line[]>> = {
  "a message handled and answered once": [
    ...[socket("made", 1), admit(), client("connected")],
    ...[call("m1"), handler("m1", 1), handled("m1", 1), settledAs("m1", "ok")],
  ],
  "a message that may be handled twice": [
    ...[admit(), call("m1", { idempotent: true }), handler("m1", 1), handler("m1", 1), handled("m1", 1)],
    settledAs("m1", "ok"),
  ],
  "a message started late, which a node had in hand when it died": [...diedHolding(again), late("m1", 1_010)],
  "a message started late, after a death of which nobody knows any longer what was begun": [
    ...[...diedHolding(again), handled("m3", 1), forgot(true), late("m1", 501)],
  ],
  "a message started late, which a node had in hand when it stood still": [
    ...stoodStillHolding(),
    handler("m1", 2),
  ],
  "a message started late, which was taken from a node when it stood still": [
    ...[...here, call("m1", again), call("m2"), freeze(), ...moved, late("m1", 1_010)],
  ],
  "a message of another user, started late": [
    ...[
      ...here,
      freeze(),
      call("m1"),
      settledAs("m1", "USER_CHANGED"),
      call("m2"),
      ...moved,
      handler("m1", 2),
    ],
  ],
  "publications in order, over a reconnect": [
    ...[append(1), client("connected"), joined(0), got(1), append(2)],
    ...[
      ["ada", { op: "membership", room, outcome: "joining" }] as const,
      joined(1),
      got(2),
      standing({ "m-ada": "here" }),
    ],
  ],
  "a gap of what is no longer kept": [
    ...[client("connected"), append(1), joined(1), append(2), append(3), append(4), append(5)],
    ...[gap("trimmed", place(2), 2), joined(2), got(3), got(4), got(5), standing({ "m-ada": "here" })],
  ],
  "a gap into a new life": [
    append(1),
    joined(1),
    gap("new-epoch", place(0, "b")),
    append(1, "b"),
    got(1, "p1b"),
  ],
  "a publication of a life that is over, read late, and the same of the next life": [
    ...[append(1), joined(1), append(2, "a", "p2"), append(1, "b", "p2"), got(2, "p2")],
    ...[gap("new-epoch", place(0, "b")), got(1, "p2")],
  ],
  "an outcome that nobody knows": [
    ...[admit(), client("connected"), call("m1"), handler("m1", 1), client("waiting")],
    ...[client("connected"), settledAs("m1", "OUTCOME_UNKNOWN")],
  ],
  "a device that missed events of its user, and was told": [
    ...[...threeEvents, event("e1"), ["ada", { op: "missed", reason: "trimmed", place: place(2) }] as const],
    ...[event("e3"), online],
  ],
  "a join that a closed client did not take, and one that knows nothing of its position": [
    client("closed"),
    ["ada", { op: "join", room, key: "j1", withinMs: 1_000, from: place(1, "elsewhere") }],
    ["ada", { op: "joined", room, key: "j1", outcome: "CLOSED" }],
    client("connected"),
    ["ada", { op: "load", room, key: "l1", withinMs: null }],
    ["ada", { op: "membership", room, outcome: "joining" }],
    ...[append(1), joined(1), loading("l1", 1), loaded("l1"), append(2), got(2)],
  ],
  "the same in a room that is joined as soon as there is a connection": [
    ["ada", { op: "membership", room, outcome: "joining" }],
    client("closed"),
    ["ada", { op: "join", room, key: "j1", withinMs: 1_000, from: place(1, "elsewhere") }],
    ["ada", { op: "joined", room, key: "j1", outcome: "UNAUTHENTICATED" }],
    ...[append(1), client("connected"), joined(1), append(2), got(2)],
  ],
  "an event to everyone, given to two": [shouted("ada"), shouted("bob")],
  "an event to everyone that reached another node later than a client that had it": [
    ...[...atNode1, shouted("ada"), greeted(2), ...welcomed("node-2", "y"), shouted("ada")],
  ],
  "a member that leaves": [...stay, ["ada", { op: "leave", room, key: "l1" }], leftRoom()],
  "a member that is taken out": [
    ...stay,
    ["ada", { op: "membership", room, outcome: "left", code: "FORBIDDEN" }],
  ],
  "members who came and went": [
    joined(0),
    ["ada", { op: "presence", room, members: { "m-ada": "here" } }],
    ["ada", { op: "came", room, member: "m-bob" }],
    ["ada", { op: "went", room, member: "m-bob" }],
    ["ada", { op: "came", room, member: "m-bob" }],
  ],
  "a snapshot loaded, and then what was published meanwhile": [
    ...[...stay, append(1), got(1), loading("l1", 1), append(2), loaded("l1"), joined(1), got(2)],
  ],
  "a snapshot loaded again after a gap": [
    ...[append(1), joined(1), loading("l1", 1), gap("new-epoch", place(0, "b"))],
    ...[loading("l1", 0, "b"), append(1, "b"), loaded("l1"), got(1, "p1b")],
  ],
  "a room joined anew as another user, and the events of that one": [
    ...[
      ...threeEvents,
      event("e1"),
      event("e2"),
      event("e3"),
      append(1),
      append(2),
      append(3),
      joined(1),
      got(2),
    ],
    ["ada", { op: "client", outcome: "waiting", code: "USER_CHANGED" }],
    ["ada", { op: "client", outcome: "connected", connection: "y", user: "bob", member: "m-bob" }],
    joined(3),
  ],
  "a device that was to be another user's, and begins anew as the same": [
    ...[client("connected"), ...told("e1", 1), event("e1")],
    ["ada", { op: "client", outcome: "waiting", code: "USER_CHANGED" }],
    ...[...told("e2", 2), reborn, ...told("e3", 3), event("e3"), online],
  ],
  "a handler begun when another's message was answered without it": [
    ...[
      ...here,
      call("m1"),
      call("m2"),
      handler("m1", 1),
      ["node", { op: "overdue", connection: "x" }] as const,
    ],
    ...[settledAs("m1", "TIMEOUT"), handler("m2", 2), handled("m2", 2), settledAs("m2", "ok")],
  ],
  "a deadline that came late because the client slept": [
    ["ada", { op: "asleep" }, 100],
    ["ada", { op: "awake" }, 5_100],
    call("m1"),
    settledAs("m1", "TIMEOUT", 900),
  ],
};

const unkept = (key: string): Line => ["broker", { op: "publish", room, key }];
const gotUnkept = (key: string): Line => ["ada", { op: "publication", room, key }];
const inRoom = joined(0);

/** Histories that break one promise each, and the invariant that must say so. */
const bad: readonly (readonly [invariant: string, title: string, lines: readonly Line[]])[] = [
  [
    "I1",
    "a member that was not given the newest publication",
    [inRoom, append(1), append(2), got(1), standing({ ada: "here" })],
  ],
  [
    "I1",
    "a member that stayed behind in an old life",
    [inRoom, append(1), got(1), append(1, "b"), standing({ ada: "here" })],
  ],
  ["I2", "a publication given twice", [inRoom, append(1), got(1), got(1)]],
  ["I2", "an unkept publication given twice", [inRoom, unkept("v1"), gotUnkept("v1"), gotUnkept("v1")]],
  ["I2", "an event to everyone given twice", [shouted("ada"), shouted("ada")]],
  [
    "I2",
    "an event to everyone given by both nodes after the hello to the second",
    [...atNode1, greeted(2), shouted("ada"), ...welcomed("node-2", "y"), shouted("ada")],
  ],
  [
    "I2",
    "an event to everyone given twice by one node over two connections",
    [...atNode1, shouted("ada"), greeted(2), ...welcomed("node-1", "y"), shouted("ada")],
  ],
  [
    "I2",
    "an event to everyone given a second time by another node, and a third",
    [...atNode1, shouted("ada"), greeted(2), ...welcomed("node-2", "y"), shouted("ada"), shouted("ada")],
  ],
  [
    "I2",
    "an event to the user given again by another node",
    [...atNode1, event("e1"), greeted(2), ...welcomed("node-2", "y"), event("e1")],
  ],
  ["I2", "a gap that leads back", [append(1), append(2), joined(2), gap("trimmed", place(1), 3)]],
  ["I3", "a publication under another offset", [inRoom, append(1), append(2), got(1, "p2")]],
  ["I3", "a publication nobody made", [inRoom, gotUnkept("v1")]],
  [
    "I3",
    "unkept publications in another order",
    [inRoom, unkept("v1"), unkept("v2"), gotUnkept("v2"), gotUnkept("v1")],
  ],
  ["I4", "a hole that no gap has told", [inRoom, append(1), append(2), got(2)]],
  ["I4", "a new life that no gap has told", [append(1), joined(1), append(1, "b"), got(1, "p1b")]],
  [
    "I4",
    "a new life that no gap has told, of a publication that both lives have",
    [append(1), joined(1), append(2, "a", "p2"), append(3, "b", "p2"), got(3, "p2")],
  ],
  ["I5", "a recovery that skipped something", [inRoom, append(1), append(2), got(1), joined(2)]],
  [
    "I5",
    "a position that a join brought along, and that was passed over",
    [
      ["ada", { op: "join", room, key: "j1", withinMs: 1_000, from: place(1) }],
      ["ada", { op: "membership", room, outcome: "joining" }],
      ...[append(1), append(2), joined(2)],
    ],
  ],
  ["I5", "a first join beyond the newest publication", [append(1), joined(5)]],
  [
    "I6",
    "a message handled twice",
    [admit(), call("m1"), handler("m1", 1), handler("m1", 2), settledAs("m1", "OUTCOME_UNKNOWN")],
  ],
  ["I6", "a publication kept twice", [append(1), append(2, "a", "p1")]],
  ["I7", "a promise that never settled", [call("m1")]],
  ["I7", "a promise that settled too late", [call("m1"), settledAs("m1", "TIMEOUT", 2_000)]],
  [
    "I7",
    "a promise that settled twice",
    [call("m1"), settledAs("m1", "TIMEOUT"), settledAs("m1", "TIMEOUT")],
  ],
  ["I8", "a publication after the client had left", [inRoom, leftRoom(), append(1), got(1)]],
  [
    "I8",
    "members told after the client had left",
    [inRoom, leftRoom(), ["ada", { op: "presence", room, members: { "m-bob": "here" } }]],
  ],
  [
    "I8",
    "a publication sent to a connection that was taken out",
    [
      ["node", { op: "wire", connection: "x", type: "$left", room }],
      ["node", { op: "wire", connection: "x", type: "publication", room }],
    ],
  ],
  ["I9", "another user's event", [client("connected"), ["ada", { op: "event", key: "e1", to: "bob" }]]],
  [
    "I9",
    "the answer to another message",
    [
      ...[admit(), call("m1"), call("m2"), handler("m2", 7), handled("m2", 7)],
      ["ada", { op: "settled", key: "m1", outcome: "ok", run: 7 }],
    ],
  ],
  [
    "I10",
    "a member that sees somebody who has gone",
    [client("connected"), inRoom, standing({ "m-ada": "here", "m-bob": "here" })],
  ],
  ["I10", "a member that sees an old state", [client("connected"), inRoom, standing({ "m-ada": "away" })]],
  [
    "I10",
    "somebody who went twice",
    [
      ["ada", { op: "presence", room, members: { "m-bob": "here" } }],
      ["ada", { op: "went", room, member: "m-bob" }],
      ["ada", { op: "went", room, member: "m-bob" }],
    ],
  ],
  ["I11", "a storm of attempts", [1, 2, 3, 4].map((id) => socket("made", id))],
  [
    "I12",
    "more messages waiting than the outbox holds",
    [...[call("m1"), call("m2"), call("m3"), settledAs("m1", "TIMEOUT")]],
  ],
  ["I12", "more handlers than a connection may have", [admit(), handler("m1", 1), handler("m2", 2)]],
  ["I12", "more bytes waiting than the limit", [["node", { op: "buffered", connection: "x", bytes: 101 }]]],
  ["I13", "a timer that nobody needs", [["world", { op: "left-over", what: "timers", count: 1 }]]],
  ["I14", "a message handled before its sender was admitted", [handler("m1", 1)]],
  ["I15", "three sockets at once", [1, 2, 3].map((id) => socket("made", id))],
  ["I16", "a socket after the end", [client("closed"), socket("made", 1)]],
  [
    "I17",
    "a later message started first",
    [admit(), call("m1"), call("m2"), handler("m2", 1), handler("m1", 2)],
  ],
  ["I17", "late after a death, while the dead node's time runs", [...diedHolding(again), late("m1", 1_009)]],
  [
    "I17",
    "late after a death, though it is known what was begun",
    [...diedHolding(again), forgot(), late("m1", 501)],
  ],
  [
    "I17",
    "late after a loss, and no death",
    [...here, call("m1", again), call("m2"), handler("m2", 1), forgot(true), late("m1", 501)],
  ],
  ["I17", "late after a death, though it must not be handled again", [...diedHolding({}), late("m1", 1_010)]],
  ["I17", "late after the death of another node", [...diedHolding(again, "node-2"), late("m1", 1_010)]],
  ["I17", "two late after one death", [...diedHolding(again), late("m1", 1_010), late("m2", 1_010)]],
  [
    "I17",
    "late after a death, though a later message had been started before",
    [...here, call("m1", again), call("m2"), handler("m2", 1), crash(), late("m1", 1_010)],
  ],
  [
    "I17",
    "late after a death, though it was sent later",
    [...here, crash(), call("m1", again), call("m2"), handler("m2", 1), late("m1", 1_010)],
  ],
  [
    "I17",
    "late after a standstill, on a new connection, though it must not be handled again",
    [...here, call("m1"), call("m2"), freeze(), ...moved, handler("m1", 2, "y")],
  ],
  ["I17", "late where another node stood still", [...stoodStillHolding("node-2"), handler("m1", 2)]],
  ["I17", "late where no node stood still", [...here, call("m1"), call("m2"), ...moved, handler("m1", 2)]],
  [
    "I17",
    "late after a standstill, on a connection made since",
    [...stoodStillHolding(), admit("z"), client("connected", "z"), handler("m1", 2, "y")],
  ],
  [
    "I17",
    "late after a standstill, though the client stayed",
    [...here, call("m1"), call("m2"), freeze(), handler("m2", 1), handler("m1", 2)],
  ],
  [
    "I17",
    "late after a standstill, though it was sent later",
    [...here, freeze(), call("m1"), call("m2"), ...moved, handler("m1", 2)],
  ],
  [
    "I17",
    "late after a standstill, though a later message had been started before",
    [
      ...[...here, call("m1"), call("m2"), handler("m2", 1), freeze()],
      ...[client("connected", "y"), handler("m1", 2)],
    ],
  ],
  [
    "I17",
    "two late after one standstill",
    [...here, call("m1"), call("m0"), call("m2"), freeze(), ...moved, handler("m0", 3), handler("m1", 2)],
  ],
  ["I18", "taken, but never handled", [call("m1"), settledAs("m1", "ok")]],
  [
    "I18",
    "refused, but handled",
    [admit(), call("m1"), handler("m1", 1), handled("m1", 1), settledAs("m1", "BUSY")],
  ],
  ["I18", "refused, and handled later", [admit(), call("m1"), settledAs("m1", "CLOSED"), handler("m1", 1)]],
  [
    "I18",
    "unknown, though nothing was lost",
    [client("connected"), call("m1"), settledAs("m1", "OUTCOME_UNKNOWN")],
  ],
  ["I19", "a gap of what is still kept", [append(1), joined(1), append(2), gap("trimmed", place(2), 2)]],
  ["I19", "a gap for a new life that is the old one", [append(1), joined(1), gap("new-epoch", place(1))]],
  ["I21", "a member that is out after a reconnect", [...stay, leftRoom()]],
  ["I22", "a snapshot loaded elsewhere than its client stands", [append(1), joined(1), loading("l1", 0)]],
  [
    "I22",
    "a snapshot of a position that is worth nothing any more",
    [append(1), joined(1), loading("l1", 1), gap("new-epoch", place(0, "b")), loaded("l1")],
  ],
  [
    "I22",
    "a publication handed over while a snapshot is loaded",
    [append(1), joined(1), loading("l1", 1), append(2), got(2)],
  ],
  ["I20", "an event to the user given twice", [...threeEvents, event("e1"), event("e1")]],
  ["I20", "an event to the user that was left out", [...threeEvents, event("e1"), event("e3")]],
  [
    "I20",
    "an event to the user that was left out over a reconnect",
    [...threeEvents, event("e1"), client("waiting"), client("connected"), event("e3")],
  ],
  [
    "I20",
    "a device that begins anew, and leaves one out after that",
    [reborn, ...told("e1", 1), event("e1"), ...told("e2", 2), ...told("e3", 3), event("e3")],
  ],
  ["I20", "a device that was not given the newest", [...threeEvents, event("e1"), event("e2"), online]],
];

const namesOf = (lines: readonly Line[]) =>
  new Set(check(historyOf(lines)).map(({ invariant }) => invariant));

describe("the checker", () => {
  it.each(Object.entries(good))("accepts %s", (_, lines) => {
    expect(check(historyOf(lines)).filter(({ invariant }) => invariant !== "I7")).toEqual([]);
  });

  it.each(bad)("%s refuses %s", (invariant, _, lines) => {
    expect(namesOf(lines)).toContain(invariant);
  });

  it("has a bad history for each of its invariants", () => {
    const names = invariants.map((_, i) => `I${i + 1}`);
    expect(names.filter((name) => !bad.some(([invariant]) => invariant === name))).toEqual([]);
  });
});
