import { afterClose, badText, bombs, brokenFrames, fragmented, oversizeHeaders } from "../vectors/frames.js";
import type { Section } from "./row.js";

/** 4.2 of the catalogue. */
export const frames = {
  title: "Frames and protocol",
  test: "frames.test.ts",
  rows: {
    "A-20": {
      attack: "a frame whose header claims more than a message may have",
      behaviour: "1009 by the header alone: nothing of it is waited for, or kept",
      options: ["limits.messageBytes"],
      vectors: oversizeHeaders,
      counted: ["limits.messageBytes", "tautline:connection:close 1009"],
    },
    "A-21": {
      attack: "a message in thousands of fragments, of a byte or none",
      behaviour: "1008 beyond 256 of them; 1013 where the message takes too long",
      options: ["limits.fragments", "deadlines.messageMs"],
      vectors: fragmented,
      counted: ["limits.fragments", "tautline:connection:close 1008"],
      also: ["packages/server/test/limits/fragments.test.ts"],
    },
    "A-22": {
      attack: "a large message, a byte at a time",
      behaviour: "1013 when the message's time is up, whatever pongs come in between",
      options: ["deadlines.messageMs"],
      volume: { ordinary: 20, long: 200, of: "slow messages" },
      counted: ["deadlines.messageMs", "tautline:connection:close 1013"],
      also: ["packages/server/test/transport/unfinished-message.test.ts"],
    },
    "A-23": {
      attack: "a compressed message that is a thousand times as large",
      behaviour:
        "compression is off unless it is turned on; then 1009 as soon as more than a message may have was inflated, and 1007 for what is not deflated",
      options: ["compression", "limits.messageBytes"],
      vectors: bombs,
      counted: ["limits.messageBytes", "tautline:connection:close 1009", "tautline:connection:close 1007"],
      also: ["packages/server/test/transport/compression.test.ts"],
    },
    "A-24": {
      attack: "text that is not UTF-8",
      behaviour: "1007, wherever in the message it stands",
      options: [],
      vectors: badText,
      counted: ["tautline:connection:close 1007"],
    },
    "A-25": {
      attack: "frames that the WebSocket protocol forbids",
      behaviour: "1002, and nothing is handled",
      options: [],
      vectors: brokenFrames,
      counted: ["tautline:connection:close 1002"],
    },
    "A-26": {
      attack: "pings without end, whose answers are not read",
      behaviour: "4429: control frames have a rate of their own, and are no substitute for `$hello`",
      options: ["rateLimit.controlFrames", "deadlines.helloMs"],
      volume: { ordinary: 20_000, long: 1_000_000, of: "pings on one connection" },
      counted: ["rateLimit.controlFrames", "tautline:connection:close 4429", "deadlines.helloMs"],
      also: ["packages/server/test/limits/rates.test.ts"],
    },
    "A-27": {
      attack: "pongs that nobody asked for",
      behaviour: "4429, and nothing is kept of them",
      options: ["rateLimit.controlFrames"],
      volume: { ordinary: 100_000, long: 1_000_000, of: "pongs on one connection" },
      counted: ["rateLimit.controlFrames", "tautline:connection:close 4429"],
      also: ["packages/server/test/limits/rates.test.ts"],
    },
    "A-28": {
      attack: "a goodbye that is never answered, or after which messages go on",
      behaviour:
        "nothing is handled behind a close frame; who does not answer the server's is cut when the time is up",
      options: ["deadlines.closeMs"],
      vectors: afterClose,
      counted: ["deadlines.closeMs", "tautline:connection:close 1000"],
    },
    "A-29": {
      attack: "half a connection: nothing more is sent, and it is read on",
      behaviour: "it has ended, for the server and for its rooms",
      options: [],
      volume: { ordinary: 50, long: 500, of: "half-closed sockets" },
      counted: ["tautline:connection:close 1006"],
    },
  },
  absent: {
    "A-30": {
      attack: "a hostile server against the client",
      reason: "it is the client that is attacked",
      also: ["packages/client/test/hostile-server/"],
    },
  },
} as const satisfies Section;
