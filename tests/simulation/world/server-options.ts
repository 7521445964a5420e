import type { Clock, Random } from "@tautline/protocol";
import { type ServerOptions, withExpiry } from "@tautline/server";
import type { Broker } from "@tautline/server/broker";
import type { Setup } from "../schedule/schedule.js";
import type { contract } from "./contract.js";

/** The surroundings of a server's process. */
export interface ServerSurroundings {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether nobody can be known now. */
  readonly isPuzzled: () => boolean;
}

/** The token that is nobody's. */
export const forgottenToken = "nobody";

/** A run's setup, as options of its servers. */
export function serverOptions(
  { server, history, users }: Setup,
  { broker, clock, random, isPuzzled }: ServerSurroundings,
): ServerOptions<typeof contract, { readonly id: string }> {
  const { unanswered, highWaterBytes, limitBytes, heartbeatMs, graceMs, handlerMs, rate, thinkMs, tokenMs } =
    server;
  /** An answer that takes as long as a look into a database. */
  const thought = <T>(answer: T): T | Promise<T> => {
    if (thinkMs === 0) return answer;
    return new Promise((resolve) => clock.setTimeout(() => resolve(answer), thinkMs));
  };
  const { size, ttlMs, last, maxRecovered } = history;
  return {
    broker,
    clock,
    random,
    authenticate: ({ token = "" }) => {
      if (isPuzzled()) throw new Error("the database is away");
      if (!users.includes(token)) return thought(null);
      const user = { id: token };
      return thought(tokenMs === null ? user : withExpiry(user, { expiresAtMs: clock.now() + tokenMs }));
    },
    // One user is kept out of one room, so that refused joins are part of every life.
    authorize: ({ user, action }) => thought(!(user.id === "dan" && action.room === "kept/3")),
    rooms: {
      "kept/:id": {
        history: { size, ttlMs },
        onJoin: { last },
        maxRecovered,
        graceMs: server.presenceGraceMs,
      },
      "loose/:id": { graceMs: server.presenceGraceMs },
    },
    users: { history: { size: server.userEvents } },
    answers: { ttlMs: server.answersTtlMs },
    rateLimit: rate === null ? false : { messages: rate, windowMs: 10_000 },
    heartbeat: { intervalMs: heartbeatMs, graceMs },
    limits: { unanswered },
    backpressure: { highWaterBytes, limitBytes },
    deadlines: { handlerMs },
  };
}
