import {
  canaryPaths,
  credentialChanges,
  earlyMessages,
  forgedHosts,
  identityChanges,
  mountedOrigins,
} from "../vectors/admissions.js";
import { headerFloods, listPatterns } from "../vectors/headers.js";
import { origins } from "../vectors/origins.js";
import { earlyData, malformedUpgrades } from "../vectors/upgrades.js";
import type { Section } from "./row.js";

/** 4.1 of the catalogue. */
export const handshake = {
  title: "Handshake and origin",
  test: "handshake.test.ts",
  rows: {
    "A-01": {
      attack: "a foreign page opens a socket with its visitor's cookie",
      behaviour:
        "403 before any code of the application: of an upgrade with `Origin`, only the server's own host and the very origins that the option names are let in",
      options: ["origins"],
      vectors: origins,
      counted: ["tautline:upgrade:refused 403", "limits.headerBytes"],
      also: ["packages/server/test/transport/origin.test.ts"],
    },
    "A-02": {
      attack: "what one mount lets in is let into another",
      behaviour: "each server of an HTTP server goes by its own options, in whatever order they are reached",
      options: ["origins"],
      vectors: mountedOrigins,
      counted: ["tautline:upgrade:refused 403"],
    },
    "A-03": {
      attack: "a name that was bound to the server's address: Host and Origin agree with each other",
      behaviour: "with a `publicOrigin`, the request's Host says nothing: 403",
      options: ["publicOrigin"],
      vectors: forgedHosts,
      counted: ["tautline:upgrade:refused 403"],
    },
    "A-04": {
      attack: "a credential in a URL, header or message turns up where others read",
      behaviour:
        "no token, cookie, query string or client id in any record, channel, answer or close reason, whatever goes wrong",
      options: ["log", "plain.queryToken"],
      vectors: canaryPaths,
      counted: ["tautline:upgrade:refused", "tautline:connection:refused"],
    },
    "A-05": {
      attack: "upgrades that come a byte at a time",
      behaviour: "408 when the header's time is up; beyond so many sockets that wait, 503 at once",
      options: ["deadlines.headersMs", "limits.handshakes"],
      volume: { ordinary: 100, long: 500, of: "slow sockets" },
      counted: ["deadlines.headersMs", "limits.handshakes"],
      also: ["packages/server/test/limits/handshakes.test.ts"],
    },
    "A-06": {
      attack: "thousands of headers, or enormous ones",
      behaviour: "431, and the socket is closed",
      options: ["limits.headerBytes"],
      vectors: headerFloods,
      counted: ["limits.headerBytes"],
    },
    "A-07": {
      attack: "a reset during the upgrade, or while it is found out who the peer is",
      behaviour: "whatever was begun is dropped, and nobody is let in",
      options: [],
      volume: { ordinary: 150, long: 1_000, of: "resets, 0 to 50 ms after the request" },
      counted: ["limits.authenticating"],
      also: ["packages/server/test/transport/upgrades.test.ts"],
    },
    "A-08": {
      attack: "upgrades that are malformed, or followed by data at once",
      behaviour:
        "400, 405 or 426, and the socket is closed. Early data is read like any other, after the peer was admitted",
      options: [],
      vectors: [...malformedUpgrades, ...earlyData],
      counted: ["totals.accepted"],
    },
    "A-09": {
      attack: "lists of subprotocols and extensions that are made to be slow to read",
      behaviour: "read in linear time; a subprotocol that the server does not speak is refused with 400",
      options: ["limits.headerBytes"],
      vectors: listPatterns,
      counted: ["tautline:upgrade:refused 400"],
    },
    "A-10": {
      attack: "sockets that upgrade, and then never say who they are",
      behaviour:
        "closed with 4408 when the time for `$hello` is up; until then each costs a few kilobytes, and may send one message of 16 KiB",
      options: ["deadlines.helloMs", "limits.helloBytes"],
      volume: { ordinary: 200, long: 5_000, of: "silent sockets" },
      counted: ["deadlines.helloMs", "limits.helloBytes"],
    },
    "A-11": {
      attack: "credentials over which the application never makes up its mind",
      behaviour:
        "`UNAVAILABLE` and 1013 when the time is up; so many are asked about at once, the others wait; an answer that comes too late admits nobody",
      options: ["deadlines.authenticateMs", "limits.authenticating"],
      volume: { ordinary: 30, long: 300, of: "credentials" },
      counted: ["deadlines.authenticateMs", "limits.authenticating"],
      also: ["packages/server/test/limits/callbacks.test.ts"],
    },
    "A-12": {
      attack: "messages before it is known who the peer is",
      behaviour:
        "1002 for full peers, which must wait; of plain peers' messages 64 wait, then the socket is not read. None is handled before",
      options: [],
      vectors: earlyMessages,
      counted: ["totals.refused"],
    },
    "A-13": {
      attack: "a living connection becomes somebody else's",
      behaviour:
        "a second `$hello` is closed with 1002; a token of another user is refused by `USER_CHANGED` and 1008",
      options: [],
      vectors: identityChanges,
      counted: ["tautline:error USER_CHANGED", "tautline:error UNAUTHENTICATED"],
    },
    "A-14": {
      attack: "credentials that have expired or were revoked, on a connection that goes on",
      behaviour:
        "closed with 1008 the moment they end or the user is sent away; a right that was taken away ends membership; who comes back is asked anew",
      options: ["deadlines.renewalMs"],
      vectors: credentialChanges,
      counted: ["tautline:connection:refused UNAUTHENTICATED"],
      also: ["packages/server/test/credentials.test.ts", "tests/client-server/credentials.test.ts"],
    },
  },
  absent: {
    "A-15": {
      attack: "tokens that confuse a JWT library",
      reason: "no tokens are read here: `authenticate` is the application's",
    },
  },
} as const satisfies Section;
