import {
  carelessFarewells,
  handlerFailures,
  injections,
  reentrantCalls,
  resets,
} from "../vectors/process.js";
import type { Section } from "./row.js";

/** 4.7 of the catalogue. */
export const errorsAndProcess = {
  title: "Errors, logs, the process",
  test: "process.test.ts",
  rows: {
    "A-100": {
      attack: "errors are provoked, to read what they tell",
      behaviour:
        '`HANDLER_FAILED`, whatever a handler threw; its text goes to `on("error")` and the log, and never to a peer',
      options: ["log"],
      vectors: handlerFailures,
      counted: ["tautline:error HANDLER_FAILED"],
      also: ["packages/server/test/bad-input.test.ts"],
    },
    "A-101": {
      attack: "texts that forge a log",
      behaviour: "records are objects, for the logger to write as JSON; what of a peer stands in one is cut",
      options: ["log"],
      vectors: injections,
      counted: ["tautline:upgrade:refused 403", "tautline:connection:close"],
    },
    "A-102": {
      attack: "sockets that are reset at the worst moment",
      behaviour: "the connection has ended, and nothing else has",
      options: [],
      vectors: resets,
      counted: ["tautline:connection:close 1006"],
      also: ["packages/server/test/node/outage.test.ts"],
    },
    "A-103": {
      attack: "messages whose handlers never settle",
      behaviour:
        "`TIMEOUT` when their time is up; so many wait at once, then `BUSY`; an answer that comes later is dropped",
      options: ["deadlines.handlerMs", "limits.unanswered"],
      volume: { ordinary: 100, long: 5_000, of: "messages that are never answered" },
      counted: ["deadlines.handlerMs", "tautline:error TIMEOUT"],
      also: ["packages/server/test/bad-input.test.ts"],
    },
    "A-104": {
      attack: "handlers and hooks that close, join, leave and send from within",
      behaviour: "what was begun is finished first; the connection ends once, and nobody is left in a room",
      options: [],
      vectors: reentrantCalls,
      counted: ["tautline:connection:close"],
      also: ["packages/server/test/hooks.test.ts"],
    },
    "A-105": {
      attack: "memory that lies beside what is sent",
      behaviour:
        "a reason is text, and cut to 123 bytes; what is no text is refused, or written as one, never as the bytes around it",
      options: [],
      vectors: carelessFarewells,
      counted: ["tautline:connection:close 1000", "tautline:error HANDLER_FAILED"],
    },
  },
  absent: {
    "A-106": {
      attack: "what the packages are made of",
      reason: "nothing that a socket could show: a test holds what is needed at run time, and CI audits it",
      also: ["tests/supply-chain.test.ts"],
    },
  },
} as const satisfies Section;
