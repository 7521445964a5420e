import { spoofedAddresses } from "../vectors/addresses.js";
import type { Section } from "./row.js";

/** 4.5 of the catalogue. */
export const resources = {
  title: "Resources and rates",
  test: "resources.test.ts",
  rows: {
    "A-80": {
      attack: "readers that never read",
      behaviour:
        "little waits for each: what is kept waits in history, the rest is dropped or replaced by something newer; whom answers pile up for is closed with 4410",
      options: ["backpressure.highWaterBytes", "backpressure.limitBytes", "backpressure.totalBytes"],
      volume: { ordinary: 20, long: 1_000, of: "stalled readers, each offered 20 MB" },
      counted: ["backpressure.limitBytes", "tautline:connection:too-slow", "tautline:connection:backlog"],
      also: [
        "packages/server/test/limits/send-queues.test.ts",
        "packages/server/test/lagging-readers.test.ts",
        "packages/server/test/room/lagging.test.ts",
        "packages/server/test/connection/conflated-frames.test.ts",
      ],
    },
    "A-81": {
      attack: "messages without end",
      behaviour: "`RATE_LIMITED` with when to come again; who goes on is closed with 4429",
      options: ["rateLimit.messages", "rateLimit.refusals", "rateLimit.windowMs"],
      volume: { ordinary: 20_000, long: 1_000_000, of: "messages" },
      counted: ["rateLimit.messages", "rateLimit.refusals", "tautline:connection:close 4429"],
      also: ["packages/server/test/rate-limits.test.ts", "packages/server/test/limits/rates.test.ts"],
    },
    "A-82": {
      attack: "a rate is escaped by a new connection",
      behaviour:
        "where rates are counted by user or address, a new connection has what is left of the old one's",
      options: ["rateLimit.by"],
      volume: { ordinary: 20, long: 500, of: "connections of one user" },
      counted: ["rateLimit.messages"],
      also: ["packages/server/test/rate-limits.test.ts"],
    },
    "A-83": {
      attack: "thousands of connections of one user, or from one network",
      behaviour:
        "the newest is refused with `TOO_MANY_CONNECTIONS` and 1013; an IPv6 /64 is one address, and so is an IPv4 address however it is written",
      options: [
        "limits.connectionsPerUser",
        "limits.connectionsPerAddress",
        "limits.connections",
        "trustProxy",
      ],
      volume: { ordinary: 100, long: 10_000, of: "addresses inside one /64" },
      counted: ["limits.connectionsPerUser", "limits.connectionsPerAddress"],
      also: [
        "packages/server/test/limits/connections.test.ts",
        "packages/server/test/limits/admission.test.ts",
      ],
    },
    "A-84": {
      attack: "a header that says one comes from somewhere else",
      behaviour: "the peer's address is that of its socket, unless `trustProxy` names whom to believe",
      options: ["trustProxy"],
      vectors: spoofedAddresses,
      counted: ["limits.connectionsPerAddress"],
      also: ["packages/server/test/transport/trust-proxy.test.ts"],
    },
    "A-85": {
      attack: "a thousand connections a second",
      behaviour: "1013 with when to come again; beyond twice as many, 503 before the upgrade",
      options: ["limits.connectionsPerSecond"],
      volume: { ordinary: 200, long: 5_000, of: "connections, as fast as can be" },
      counted: ["limits.connectionsPerSecond", "tautline:upgrade:refused 503"],
      also: [
        "packages/server/test/limits/connections.test.ts",
        "packages/server/test/limits/admission.test.ts",
      ],
    },
    "A-86": {
      attack: "connections that each need a timer",
      behaviour: "the heartbeat of all connections is one timer; an admitted connection has none",
      options: ["heartbeat.intervalMs"],
      volume: { ordinary: 200, long: 5_000, of: "connections" },
      counted: ["totals.accepted"],
      also: ["packages/server/test/connection/heartbeats.test.ts"],
    },
    "A-87": {
      attack: "whatever makes a server write to its log",
      behaviour: "at most 100 records of one event in 10 seconds; the next one says how many were left out",
      options: ["logRate.records", "logRate.windowMs"],
      volume: {
        ordinary: 1_000,
        long: 50_000,
        of: "refused upgrades, and a hundred times as many bad messages",
      },
      counted: ["logRate.records", "tautline:error BAD_JSON"],
      also: ["packages/server/test/limits/log-rate.test.ts"],
    },
    "A-88": {
      attack: "thousands of small messages in one write",
      behaviour: "64 are begun in a turn of the event loop, then others have theirs",
      options: ["limits.messagesPerTurn"],
      volume: { ordinary: 20_000, long: 500_000, of: "messages at once" },
      counted: ["limits.messagesPerTurn"],
      also: ["packages/server/test/limits/fairness.test.ts"],
    },
  },
  absent: {},
} as const satisfies Section;
