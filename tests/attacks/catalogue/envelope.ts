import {
  confusedEnvelopes,
  confusedHellos,
  confusedProtocol,
  deep,
  hugeNumbers,
  twice,
  wide,
} from "../vectors/envelopes.js";
import { packedBombs } from "../vectors/msgpack.js";
import { escapedProto, inheritedNames, internalNames, roomNames, slowNames } from "../vectors/names.js";
import type { Section } from "./row.js";

/** 4.3 of the catalogue. */
export const envelope = {
  title: "Envelope and JSON",
  test: "envelope.test.ts",
  rows: {
    "A-40": {
      attack: "names that every object has, and keys that change a prototype",
      behaviour:
        "they are names like any other, and name nothing; a key `__proto__`, however it is escaped, is refused by `BAD_ENVELOPE`",
      options: [],
      vectors: [...inheritedNames, ...escapedProto],
      counted: ["tautline:error UNKNOWN_TYPE", "tautline:error BAD_ENVELOPE"],
    },
    "A-41": {
      attack: "fields of another kind than they have to be",
      behaviour: "`BAD_ENVELOPE`, and the next message is served; a `$hello` is closed with 1002",
      options: [],
      vectors: [...confusedEnvelopes, ...confusedProtocol, ...confusedHellos],
      counted: [
        "tautline:error BAD_ENVELOPE",
        "tautline:error BAD_JSON",
        "tautline:connection:refused BAD_ENVELOPE",
      ],
      also: ["packages/server/test/bad-input.test.ts", "packages/protocol/test/json-codec.test.ts"],
    },
    "A-42": {
      attack: "a key that is there twice, for two readers",
      behaviour: "the last one counts, for the application that is asked and for what is then done",
      options: [],
      vectors: twice,
      counted: ["tautline:error FORBIDDEN", "tautline:error NOT_A_MEMBER"],
    },
    "A-43": {
      attack: "messages that nest thousands of levels deep",
      behaviour: "`BAD_ENVELOPE` beyond 32 levels, and the next message is served",
      options: [],
      vectors: deep,
      counted: ["tautline:error BAD_ENVELOPE"],
    },
    "A-44": {
      attack: "messages full of what costs most to read",
      behaviour:
        "read within the bound on a message's bytes, in a few milliseconds each; others are served in between",
      options: ["limits.messageBytes", "rateLimit.messages"],
      vectors: wide,
      counted: ["totals.messagesReceived"],
    },
    "A-45": {
      attack: "numbers of thousands of digits, and such as are none",
      behaviour: "read as JSON has it, never as integers of any size; refused where an integer has to stand",
      options: [],
      vectors: hugeNumbers,
      counted: ["tautline:error BAD_ENVELOPE", "tautline:error BAD_JSON"],
    },
    "A-46": {
      attack: "MessagePack that declares more than there is, or what it may not be",
      behaviour: "`BAD_ENVELOPE` by what is there, never by what is declared; no extension is read",
      options: ["codecs"],
      vectors: packedBombs,
      counted: ["tautline:error BAD_ENVELOPE"],
      also: ["packages/protocol/test/msgpack/"],
    },
    "A-48": {
      attack: "a client sends what only the server, or its own parts, may say",
      behaviour: "`UNKNOWN_TYPE`: only what the contract has as a message is handled",
      options: [],
      vectors: internalNames,
      counted: ["tautline:error UNKNOWN_TYPE"],
    },
    "A-49": {
      attack: "names of rooms that look alike, look like nothing, or mean something elsewhere",
      behaviour:
        "one name for each room, compared byte by byte; control characters and halves of characters are refused",
      options: [],
      vectors: roomNames,
      counted: ["tautline:error UNKNOWN_ROOM", "tautline:error BAD_ENVELOPE"],
      also: ["packages/protocol/test/room-pattern.test.ts"],
    },
    "A-50": {
      attack: "a message again: its copy, from the same client or from another one",
      behaviour:
        "the client gets the answer of the first, and its handler does not run again; to anyone else it is a message of their own",
      options: ["answers.ttlMs"],
      volume: { ordinary: 100, long: 5_000, of: "copies" },
      counted: ["totals.repeatsAnswered"],
      also: ["packages/server/test/answers/repeats.test.ts"],
    },
    "A-51": {
      attack: "ids that are taken, answers to nothing, and messages that are never answered",
      behaviour:
        "an id with another message is `BAD_ENVELOPE`, an answer from a client `UNKNOWN_TYPE`; beyond 256 that wait for an answer, `BUSY`",
      options: ["limits.unanswered"],
      volume: { ordinary: 2_000, long: 100_000, of: "messages that are never answered" },
      counted: [
        "limits.unanswered",
        "tautline:error BUSY",
        "tautline:error UNKNOWN_TYPE",
        "tautline:error BAD_ENVELOPE",
      ],
      also: ["packages/server/test/answers/repeats.test.ts"],
    },
    "A-52": {
      attack: "names that a pattern would take for ever to match",
      behaviour:
        "no pattern comes from a peer; names are cut at their slashes, in linear time, and have at most 256 bytes",
      options: [],
      vectors: slowNames,
      counted: ["tautline:error BAD_ENVELOPE"],
    },
  },
  absent: {
    "A-47": {
      attack: "attachments and streams that are never completed",
      reason: "there are none: a message is one WebSocket message (see A-21 and A-22)",
    },
  },
} as const satisfies Section;
