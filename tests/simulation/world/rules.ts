import type { Rules } from "../history/record.js";
import type { Setup } from "../schedule/schedule.js";

/** The checker's bounds, by a run's setup. */
export function rulesOf({ history, rooms, server, client }: Setup): Rules {
  const kept = rooms.filter((room) => room.startsWith("kept/"));
  return {
    kept: Object.fromEntries(kept.map((room) => [room, { size: history.size, ttlMs: history.ttlMs }])),
    presence: rooms,
    outbox: client.outbox,
    unanswered: server.unanswered,
    handlerMs: server.handlerMs,
    // The frame that passed the limit is written, too.
    bufferedBytes: server.limitBytes + 8_192,
    attempts: 40,
  };
}
