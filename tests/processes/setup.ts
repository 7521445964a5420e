import type { Rules } from "../simulation/history/record.js";
import type { Setup } from "../simulation/schedule/schedule.js";
import { rulesOf } from "../simulation/world/rules.js";

/** How many clients share a room. */
const membersOfRoom = 25;

/** What a run of real processes has: ordinary limits, and heartbeats short enough to be met within a minute. */
export function setupFor(clients: number): Setup {
  const rooms = Math.max(2, Math.ceil((2 * clients) / membersOfRoom));
  return {
    users: Array.from({ length: clients }, (_, i) => `user-${Math.floor(i / 2)}`),
    nodes: 1,
    rooms: Array.from({ length: rooms }, (_, i) => `kept/${i + 10}`),
    history: { size: 500, last: 5, maxRecovered: 500 },
    server: {
      unanswered: 256,
      highWaterBytes: 65_536,
      limitBytes: 1_048_576,
      heartbeatMs: 3_000,
      graceMs: 2_000,
      handlerMs: 10_000,
      presenceGraceMs: 3_000,
      answersTtlMs: 60_000,
      userEvents: 100,
      rate: null,
      thinkMs: 1,
      tokenMs: null,
    },
    client: {
      outbox: 1_000,
      minBackoffMs: 200,
      maxBackoffMs: 3_000,
      connectMs: 5_000,
      stableMs: 2_000,
      graceMs: 2_000,
    },
    // There is a real network, and a broker in memory.
    network: { latencyMs: [0, 0], lossLagMs: [0, 0], splitting: 0, windowBytes: 0, bytesPerMs: 0, idleMs: 0 },
    broker: { applyMs: 0, replyMs: 0, deliverMs: 0 },
    quietAt: 0,
  };
}

/** The two rooms of a client: each room has as many members as any other. */
export function roomsOf(client: number, { rooms }: Setup): readonly string[] {
  const [one, other] = [rooms[client % rooms.length], rooms[(client + 1) % rooms.length]];
  return [one as string, other as string];
}

/** The checker's bounds. Timers come late: two cores, and some hundred clients in one process. */
export function rulesFor(setup: Setup): Rules {
  return { ...rulesOf(setup), lateMs: 5_000 };
}
