import { chosen, forgedPositions, nearlyRight } from "../vectors/sessions.js";
import type { Section } from "./row.js";

/** 4.6 of the catalogue. There are no sessions to be resumed here: a client has its id, its positions and its credentials, and each is checked. */
export const sessions = {
  title: "Sessions and resuming",
  test: "sessions.test.ts",
  rows: {
    "A-90": {
      attack: "client ids are guessed",
      behaviour:
        "an id that nobody has is a new client; 128 random bits are not guessed, and a right one would need its user's credentials as well",
      options: ["rateLimit", "limits.connectionsPerSecond"],
      volume: { ordinary: 150, long: 20_000, of: "guesses" },
      counted: ["totals.accepted"],
    },
    "A-91": {
      attack: "a client id that is nearly right",
      behaviour: "it is another client: nothing was ever answered to it",
      options: [],
      vectors: nearlyRight,
      counted: ["totals.accepted"],
    },
    "A-92": {
      attack: "a stolen client id, under another user",
      behaviour: "it is another client, with a name and a record of its own; the owner's connection goes on",
      options: [],
      counted: ["totals.accepted"],
      also: ["packages/server/test/connection/handshake.test.ts"],
    },
    "A-93": {
      attack: "a stolen client id, under the same user: owner and thief take turns",
      behaviour:
        "the greater attempt wins and the other is closed with 4409, for good: its owner is told that somebody has its id",
      options: [],
      counted: ["tautline:connection:close 4409"],
    },
    "A-94": {
      attack: "coming back after rights, or the user, were taken away",
      behaviour:
        "`authenticate` and `authorize` are asked anew: the user is refused with 1008, rooms that are no longer permitted by `FORBIDDEN` in `$welcome`",
      options: ["authenticate", "authorize"],
      counted: ["tautline:connection:refused UNAUTHENTICATED"],
      also: ["packages/server/test/credentials.test.ts"],
    },
    "A-95": {
      attack: "an id that the attacker has chosen, for somebody else",
      behaviour:
        "names of connections, members and epochs are the server's to give; a client id is worth nothing without its user's credentials",
      options: [],
      vectors: chosen,
      counted: ["totals.accepted"],
    },
    "A-96": {
      attack: "positions that nobody was given: of the future, of another room, of another life",
      behaviour: "`recovered: false`; never a publication of another room",
      options: [],
      vectors: forgedPositions,
      counted: ["tautline:recovery new-epoch", "tautline:error BAD_ENVELOPE"],
      also: ["packages/server/test/recovery.test.ts"],
    },
    "A-97": {
      attack: "two living connections of one client, as of a page that was duplicated",
      behaviour: "the newer wins; the older is closed with 4409, after which a client does not come back",
      options: [],
      volume: { ordinary: 50, long: 1_000, of: "times that the client is back" },
      counted: ["tautline:connection:close 4409"],
      also: ["packages/server/test/node/takeover.test.ts"],
    },
  },
  absent: {},
} as const satisfies Section;
