import type { Mutant } from "./mutant.js";

const client = "packages/client/src";
const server = "packages/server/src";

/** Bugs about connections: attempts, silence, ends, moves. */
export const connectionMutants: readonly Mutant[] = [
  {
    name: "backoff-reset-on-open",
    bug: "A server that accepts and closes at once is called hundreds of times a second.",
    row: "U5",
    file: `${client}/connection/state.ts`,
    find: `return to({ state: connected }, "switch", "resume", "restore");`,
    replace: `return to({ state: connected, attempts: 0 }, "switch", "resume", "restore");`,
    caughtBy: { project: "client", file: "packages/client/test/connection/connection.test.ts" },
  },
  {
    name: "no-backoff",
    bug: "Attempts follow each other without a pause.",
    row: "U5",
    file: `${client}/reconnecting-websocket/retry-policy.ts`,
    find: "return backoff(attempt, float, limits);",
    replace: "return 0;",
  },
  {
    name: "connecting-for-ever",
    bug: "An attempt that is never answered is waited for without end.",
    row: "F-12",
    file: `${client}/connection/link.ts`,
    find: `this.#timer = deadline(clock, connectTimeoutMs, () => this.ended({ kind: "timeout", ...cut }));`,
    replace: "",
    caughtBy: { project: "client", file: "packages/client/test/connection/connection.test.ts" },
  },
  {
    name: "silence-is-never-noticed",
    bug: "A socket says that it is open, and is dead: after sleep, or when the network went.",
    row: "U7",
    file: `${client}/connection/heartbeat.ts`,
    find: "      else this.#actions.dead();",
    replace: "",
  },
  {
    name: "late-timer-kills",
    bug: "A timer that comes late, after a sleep or a stalled loop, ends a healthy connection.",
    row: "U8",
    file: `${client}/connection/heartbeat.ts`,
    find: "else if (late) this.probe();",
    replace: "else if (late) this.#actions.dead();",
    caughtBy: { project: "client", file: "packages/client/test/connection/heartbeat.test.ts" },
  },
  {
    name: "server-never-gives-up-the-silent",
    bug: "A peer that has vanished stays connected in the eyes of the server.",
    row: "F-03",
    file: `${server}/connection/heartbeats.ts`,
    find: "if (!isOnItsWay && !heart.isPaused) return this.#bury(heart);",
    replace: "if (!isOnItsWay && !heart.isPaused) return this.#plan(beat);",
    caughtBy: { project: "server", file: "packages/server/test/connection/heartbeats.test.ts" },
  },
  {
    name: "connections-never-released",
    bug: "Connections that have ended are kept in a list.",
    row: "U12",
    file: `${server}/connection/connection.ts`,
    find: "    context.connections.delete(this);",
    replace: "",
  },
  {
    name: "old-socket-still-heard",
    bug: "On a move to another node what the old connection still publishes is handed over, too.",
    row: "F-11",
    file: `${client}/connection/connection.ts`,
    find: "if (link !== this.#link && id === undefined) return;",
    replace: "",
    caughtBy: { project: "client", file: "packages/client/test/connection/move.test.ts" },
  },
  {
    name: "unkept-over-both",
    bug: "On a move an event that nothing tells apart from another comes over the old connection and over the new one.",
    row: "F-11",
    file: `${client}/connection/connection.ts`,
    find: `if (isUnkept && this.#standing.move === "hello") return;`,
    replace: "",
  },
  {
    name: "writes-while-it-moves",
    bug: "On a move messages go out over the connection that is about to be left, and overtake each other.",
    row: "F-16",
    file: `${client}/connection/connection.ts`,
    find: `if (this.state.kind !== "connected" || this.#standing.move) return false;`,
    replace: `if (this.state.kind !== "connected") return false;`,
    caughtBy: { project: "client", file: "packages/client/test/connection/move.test.ts" },
  },
];
