import { bloat, intrusions, publications, races } from "../vectors/rooms.js";
import type { Section } from "./row.js";

/** 4.4 of the catalogue. */
export const rooms = {
  title: "Rooms, presence, history, amplification",
  test: "rooms.test.ts",
  rows: {
    "A-60": {
      attack: "joins of rooms without end",
      behaviour:
        "128 rooms a connection, then `TOO_MANY_ROOMS`; joins have a rate, then `RATE_LIMITED`; an empty room costs nothing",
      options: ["limits.rooms", "rateLimit.joins"],
      volume: { ordinary: 3_000, long: 100_000, of: "joins of random rooms" },
      counted: ["limits.rooms", "rateLimit.joins"],
      also: ["packages/server/test/room/bounds.test.ts", "packages/server/test/limits/rates.test.ts"],
    },
    "A-62": {
      attack: "another user's private room, by its name",
      behaviour:
        "`authorize` is asked about each user and each join; nothing of the room is told to whom it refuses",
      options: ["authorize"],
      vectors: intrusions,
      counted: ["tautline:error FORBIDDEN", "tautline:error NOT_A_MEMBER"],
    },
    "A-63": {
      attack: "a join that is permitted when its user has gone, or may no more",
      behaviour:
        "nobody is in the room: who has gone stays out, and of whom rights were taken it is asked again",
      options: ["authorize"],
      vectors: races,
      counted: ["tautline:connection:close 1006", "tautline:connection:close 1008"],
      also: [
        "packages/server/test/late-joins.test.ts",
        "packages/server/test/room/interleavings.test.ts",
        "packages/server/test/credentials.test.ts",
      ],
    },
    "A-64": {
      attack: "clients publish what only the server may, or in somebody else's name",
      behaviour:
        "`UNKNOWN_TYPE` for all but the contract's client events, which need membership and permission; who published is the server's to say",
      options: ["authorize"],
      vectors: publications,
      counted: ["tautline:error UNKNOWN_TYPE", "tautline:error FORBIDDEN", "tautline:error NOT_A_MEMBER"],
    },
    "A-65": {
      attack: "a presence state that changes all the time, in a large room",
      behaviour:
        "members are told of the newest state once in a tick; states have a rate, then `RATE_LIMITED`",
      options: ["rooms[…].presence.gatherMs", "rateLimit.presence"],
      volume: { ordinary: 1_000, long: 20_000, of: "states of one member" },
      counted: ["rateLimit.presence"],
      also: ["packages/server/test/room/presence-feed.test.ts", "packages/server/test/limits/rates.test.ts"],
    },
    "A-66": {
      attack: "joining and leaving all the time",
      behaviour: "members are told once in a tick, and of what came and went within it nothing",
      options: ["rooms[…].presence.gatherMs", "rateLimit.joins"],
      volume: { ordinary: 1_000, long: 20_000, of: "joins, each followed by a leave" },
      counted: ["rateLimit.joins"],
      also: ["packages/server/test/room/presence-delta.test.ts"],
    },
    "A-67": {
      attack: "small requests for much history, again and again",
      behaviour:
        "a join gets what the room keeps, at most; all joins of a user together have a rate, then `RATE_LIMITED`",
      options: ["rateLimit.recovered", "rooms[…].maxRecovered"],
      volume: { ordinary: 50, long: 2_000, of: "joins that want everything" },
      counted: ["rateLimit.recovered"],
      also: ["packages/server/test/limits/rates.test.ts"],
    },
    "A-68": {
      attack: "connections in a loop, each recovering from the oldest position",
      behaviour: "the rate of history is the user's, whatever connection it comes by",
      options: ["rateLimit.recovered"],
      volume: { ordinary: 30, long: 1_000, of: "connections that recover everything" },
      counted: ["rateLimit.recovered"],
      also: ["packages/server/test/limits/rates.test.ts"],
    },
    "A-69": {
      attack: "publications that answer publications, without end",
      behaviour: "messages have a rate, then `RATE_LIMITED`; who goes on is closed with 4429",
      options: ["rateLimit.messages", "rateLimit.refusals"],
      volume: { ordinary: 2_500, long: 50_000, of: "echoes" },
      counted: ["rateLimit.messages"],
    },
    "A-70": {
      attack: "presence states and other data that are kept, as large as can be",
      behaviour: "`TOO_LARGE` beyond 1 KiB of state; nothing else of a member is kept",
      options: ["limits.presenceBytes"],
      vectors: bloat,
      counted: ["limits.presenceBytes", "tautline:error TOO_LARGE"],
      also: ["packages/server/test/limits/rates.test.ts"],
    },
  },
  absent: {
    "A-61": {
      attack: "names of rooms that mean something to a broker",
      reason:
        "the broker here is the process's own memory, which takes any name as it is; such names are among those of A-49",
    },
  },
} as const satisfies Section;
