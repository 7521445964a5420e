/** What a reconnecting socket is doing. */
export type State =
  /** At rest: never begun, closed by hand, or given up. */
  | "closed"
  /** The address is being asked for, or the socket is opening. Timer: it takes too long. */
  | "connecting"
  /** Messages flow. Timer: the connection is stable. */
  | "open"
  /** Between attempts. Timer: the next one is due. */
  | "waiting"
  /** Closed by hand, the peer's answer is awaited; how long, is the runtime's affair. */
  | "closing";

export type Event =
  /** The program wants a connection, or a new one. */
  | "connect"
  /** The program wants none any more. */
  | "close"
  | "opened"
  /** The socket, or the attempt to have one, has ended, and another follows. */
  | "lost"
  /** It has ended for good. */
  | "ended"
  | "timer"
  /** The network came back, or someone looks at the page again. */
  | "wake";

export type Effect =
  /** Ask for the address and make a socket. */
  | "attempt"
  /** Let go of the socket: nothing it does counts any more. */
  | "drop"
  /** The attempt took too long: end it. */
  | "timeout"
  /** Tell the program: `open`, messages flow. */
  | "open"
  /** Forget the attempts that were counted. */
  | "settle"
  /** Say goodbye to the peer. */
  | "goodbye"
  /** Tell the program: `close`, for now or, where the state is `closed`, for good. */
  | "close"
  /** Wait for the next attempt. */
  | "wait";

/** The next state, and what is to be done, in order. */
export type Step = readonly [State, ...Effect[]];

/** Every event that matters. The others change nothing. */
export const table: { readonly [S in State]: { readonly [E in Event]?: Step } } = {
  closed: {
    connect: ["connecting", "settle", "attempt"],
  },
  waiting: {
    connect: ["connecting", "settle", "attempt"],
    timer: ["connecting", "attempt"],
    wake: ["connecting", "attempt"],
    close: ["closed", "close"],
  },
  connecting: {
    connect: ["connecting", "drop", "settle", "attempt"],
    opened: ["open", "open"],
    lost: ["waiting", "drop", "wait"],
    timer: ["connecting", "timeout"],
    close: ["closed", "drop", "close"],
    ended: ["closed", "drop", "close"],
  },
  open: {
    connect: ["connecting", "drop", "close", "settle", "attempt"],
    lost: ["waiting", "drop", "close", "wait"],
    timer: ["open", "settle"],
    close: ["closing", "goodbye"],
    ended: ["closed", "drop", "close"],
  },
  closing: {
    connect: ["connecting", "drop", "close", "settle", "attempt"],
    ended: ["closed", "drop", "close"],
  },
};

/** What comes after `event` in `state`, and what is to be done. */
export function transition(state: State, event: Event): Step {
  return table[state][event] ?? [state];
}
