// The tables themselves are no part of any package's surface: a diagram is drawn from what really runs.
/* eslint-disable no-restricted-imports -- see above */
import { TautlineError as Failure, type TautlineError } from "@tautline/protocol";
import * as client from "../../packages/client/src/connection/state.js";
import * as socket from "../../packages/client/src/reconnecting-websocket/state.js";
import * as room from "../../packages/client/src/room/state.js";
import * as server from "../../packages/server/src/connection/state.js";
/* eslint-enable no-restricted-imports */
import type { Edge, Machine } from "./state-diagrams.js";

/** One example of each kind, under the name that the diagram shows. The compiler sees to it that none is missing. */
type OneOfEach<T extends { readonly kind: string }> = { readonly [K in T["kind"]]: Extract<T, { kind: K }> };

/** Tries every state with every event, and keeps what changes something. */
function walk<S, E>(
  states: Readonly<Record<string, S>>,
  events: Readonly<Record<string, E>>,
  step: (
    state: S,
    event: E,
  ) => { readonly to: string; readonly effects: readonly (string | { readonly kind: string })[] },
): Edge[] {
  return Object.entries(states).flatMap(([from, state]) =>
    Object.entries(events).flatMap(([event, example]) => {
      const { to, effects } = step(state, example);
      if (to === from && effects.length === 0) return [];
      return [
        {
          from,
          to,
          event,
          effects: effects.map((effect) => (typeof effect === "string" ? effect : effect.kind)),
        },
      ];
    }),
  );
}

const error: TautlineError = new Failure("CLOSED", "closed with 1006");
const welcome = {
  connection: "c",
  user: "u",
  member: "m",
  resumed: false,
  heartbeatMs: 20_000,
  limits: { messageBytes: 65_536, rooms: 128, unanswered: 256 },
  rooms: [],
};

const stands = (state: client.ClientState, move?: client.Standing["move"]): client.Standing => ({
  state,
  attempts: 1,
  refused: false,
  move,
});
const connected = { kind: "connected", connection: "c", user: "u", member: "m" } as const;

const clientStates: Record<string, client.Standing> = {
  idle: stands({ kind: "idle" }),
  "connecting (socket)": stands({ kind: "connecting", step: "socket" }),
  "connecting (hello)": stands({ kind: "connecting", step: "hello" }),
  connected: stands(connected),
  "moving (socket)": stands(connected, "socket"),
  "moving (hello)": stands(connected, "hello"),
  "moving (answers)": stands(connected, "answers"),
  waiting: stands({ kind: "waiting", delayMs: 500, error }),
  closed: stands({ kind: "closed", error }),
} satisfies Record<
  | Exclude<client.ClientState["kind"], "connecting">
  | `connecting (${"socket" | "hello"})`
  | `moving (${NonNullable<client.Standing["move"]>})`,
  client.Standing
>;

const ended = (verdict: client.Verdict, delayMs: number | null): client.ConnectionEvent => ({
  kind: "ended",
  verdict,
  error,
  delayMs,
});

const { ended: _, ...plainClientEvents }: OneOfEach<client.ConnectionEvent> = {
  connect: { kind: "connect" },
  opened: { kind: "opened" },
  welcome: { kind: "welcome", welcome },
  stable: { kind: "stable" },
  ended: { kind: "ended", verdict: "retry", error, delayMs: 500 },
  renew: { kind: "renew" },
  move: { kind: "move" },
  "move-failed": { kind: "move-failed" },
  answered: { kind: "answered" },
  due: { kind: "due" },
  wake: { kind: "wake" },
  close: { kind: "close" },
};

const clientEvents: Record<string, client.ConnectionEvent> = {
  ...plainClientEvents,
  "ended, try again": ended("retry", 500),
  "ended for good": ended("final", null),
  "ended, another user": ended("another-user", 0),
};

function clientMachine(): Machine {
  const nameOf = ({ state, move }: client.Standing) => {
    if (state.kind === "connecting") return `connecting (${state.step})`;
    return move ? `moving (${move})` : state.kind;
  };
  return {
    title: "A client",
    about:
      "What `client.state` goes through; while it moves to a new connection because the server leaves, it stays `connected`. `refused` credentials are *ended, try again* once, while the token comes from a function, and then *ended for good*.",
    states: Object.keys(clientStates),
    edges: walk(clientStates, clientEvents, (before, event) => {
      const { standing, effects } = client.transition(before, event);
      return { to: nameOf(standing), effects: effects.map((kind) => ({ kind })) };
    }),
  };
}

const roomStates: OneOfEach<room.RoomState> = {
  left: { kind: "left" },
  joining: { kind: "joining" },
  joined: { kind: "joined" },
};

const { joined: _joined, ...plainRoomEvents }: OneOfEach<room.RoomEvent> = {
  want: { kind: "want" },
  leave: { kind: "leave" },
  joined: { kind: "joined", asked: true },
  "put-off": { kind: "put-off", delayMs: 500 },
  refused: { kind: "refused", error },
  hole: { kind: "hole" },
  suspend: { kind: "suspend" },
};

const roomEvents: Record<string, room.RoomEvent> = {
  ...plainRoomEvents,
  "joined, as asked": { kind: "joined", asked: true },
  "joined, unasked": { kind: "joined", asked: false },
};

function roomMachine(): Machine {
  return {
    title: "A client in a room",
    about: "What `room.state` goes through.",
    states: Object.keys(roomStates),
    edges: walk<room.RoomState, room.RoomEvent>(roomStates, roomEvents, (state, event) => {
      const { state: next, effect } = room.transition(state, event);
      return { to: next.kind, effects: effect ? [{ kind: effect }] : [] };
    }),
  };
}

function socketMachine(): Machine {
  const edges = Object.entries(socket.table).flatMap(([from, steps]) =>
    Object.entries(steps as Partial<Record<socket.Event, socket.Step>>).map(([event, [to, ...effects]]) => ({
      from,
      to,
      event,
      effects,
    })),
  );
  return {
    title: "A ReconnectingWebSocket",
    about: "Each state has at most one timer, and leaving the state ends it.",
    states: Object.keys(socket.table),
    edges,
  };
}

const serverStates: OneOfEach<server.State> = {
  "awaiting-hello": { kind: "awaiting-hello" },
  authenticating: { kind: "authenticating" },
  open: { kind: "open" },
  draining: { kind: "draining" },
  closing: { kind: "closing", code: 1000, reason: "" },
  closed: { kind: "closed", code: 1000, reason: "" },
};

const serverEvents: OneOfEach<server.Event> = {
  hello: { kind: "hello" },
  admitted: { kind: "admitted" },
  drain: { kind: "drain" },
  close: { kind: "close", code: 1000, reason: "" },
  ended: { kind: "ended", code: 1006, reason: "" },
};

function serverMachine(): Machine {
  return {
    title: "A connection at the server",
    about: "Plain peers begin at *authenticating*: they have no `$hello` to wait for.",
    states: Object.keys(serverStates),
    edges: walk<server.State, server.Event>(serverStates, serverEvents, (state, event) => {
      const { state: next, effects } = server.transition(state, event);
      return { to: next.kind, effects };
    }),
  };
}

/** Every state machine of client and server. */
export const machines: readonly Machine[] = [
  clientMachine(),
  roomMachine(),
  socketMachine(),
  serverMachine(),
];
