import type { Vector } from "../catalogue/row.js";
import { text } from "../surroundings/frames.js";
import { upgradeRequest } from "../surroundings/upgrade-request.js";

/** A request as it goes over the wire, and the statuses that are right. 0: the socket ends without an answer. */
export interface RequestVector extends Vector {
  readonly bytes: string;
  readonly statuses: readonly number[];
}

const key = "Sec-WebSocket-Key";
const version = "Sec-WebSocket-Version";
const refused = [400];

const vector = (what: string, bytes: string, statuses: readonly number[] = refused): RequestVector => ({
  what,
  bytes,
  statuses,
});

const keys: readonly string[] = [
  ...["", " ", "short", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ==="],
  ...[
    "dGhlIHNhbXBsZSBub25jZQ==x",
    "dGhlIHNhbXBsZSBub25j!!==",
    "dGhlIHNhbXBsZSBub25jZSEh",
    "====",
    "a".repeat(4_000),
  ],
];
const versions: readonly string[] = [
  "",
  "0",
  "7",
  "8.0",
  "8",
  "0x8",
  "12",
  "14",
  "99",
  "13.0",
  "0x0d",
  "-13",
  "13, 14",
  "1e1",
  "x",
];

/** Upgrades that are none. */
export const malformedUpgrades: readonly RequestVector[] = [
  ...keys.map((value) =>
    vector(`the key ${value.slice(0, 30)}`, upgradeRequest({ without: [key], headers: [[key, value]] })),
  ),
  vector("no key", upgradeRequest({ without: [key] })),
  vector("two keys", upgradeRequest({ headers: [[key, "AAAAAAAAAAAAAAAAAAAAAA=="]] })),
  ...versions.map((value) =>
    vector(
      `the version ${value}`,
      upgradeRequest({ without: [version], headers: [[version, value]] }),
      [400, 426],
    ),
  ),
  vector("no version", upgradeRequest({ without: [version] }), [400, 426]),
  // No upgrade at all: an ordinary request.
  vector("no Connection", upgradeRequest({ without: ["Connection"] }), [426]),
  vector(
    "Connection: close",
    upgradeRequest({ without: ["Connection"], headers: [["Connection", "close"]] }),
    [426],
  ),
  vector("no Upgrade", upgradeRequest({ without: ["Upgrade"] }), [426]),
  vector("nothing but a request line", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", [426]),
  // Only a browser has anything to fear from its absence, and a browser sends one.
  vector("no Host", upgradeRequest({ without: ["Host"] }), [400, 101]),
  ...["h2c", "h2", "websocket2", "web socket", "WebSockets", "TLS/1.0", "websocket/13"].map((value) =>
    vector(`Upgrade: ${value}`, upgradeRequest({ without: ["Upgrade"], headers: [["Upgrade", value]] })),
  ),
  ...["POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH"].map((method) =>
    vector(`the method ${method}`, upgradeRequest({ line: `${method} / HTTP/1.1` }), [400, 405]),
  ),
  ...[
    "get / HTTP/1.1",
    "GET / HTTP/1.0",
    "GET / HTTP/2.0",
    "GET / HTTP/9.9",
    "GET / HTTP/",
    "GET /",
    "GET  HTTP/1.1",
    "XYZZY / HTTP/1.1",
  ].map((line) => vector(`the request line ${line}`, upgradeRequest({ line }))),
  vector("no request", "hello\r\n\r\n"),
  vector("zeros", "\0".repeat(100)),
  vector("a TLS client", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
  vector("an SSH client", "SSH-2.0-OpenSSH_9.6\r\n\r\n"),
  vector("HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  vector("a header without colon", upgradeRequest().replace("Host: localhost", "Host localhost")),
  vector("a header with a space in its name", upgradeRequest({ headers: [["X Y", "z"]] })),
  vector("a NUL in a header", upgradeRequest({ headers: [["X", "a\0b"]] })),
  vector("a lone CR in a header", upgradeRequest({ headers: [["X", "a\rb"]] })),
  vector("a folded header", upgradeRequest({ headers: [["X", "a\r\n b"]] }), [400, 101]),
  vector("lines that end with LF", upgradeRequest().replaceAll("\r\n", "\n"), [400, 101]),
  vector(
    "two lengths",
    upgradeRequest({
      headers: [
        ["Content-Length", "1"],
        ["Content-Length", "2"],
      ],
    }),
  ),
  vector(
    "a length and chunks",
    upgradeRequest({
      headers: [
        ["Content-Length", "5"],
        ["Transfer-Encoding", "chunked"],
      ],
    }),
  ),
  vector("a negative length", upgradeRequest({ headers: [["Content-Length", "-1"]] })),
];

const echoed = text({ type: "echo", id: 1, data: { text: "early" } }).toString("latin1");

/** What comes right behind a good upgrade, and whether the message in it is answered. */
export const earlyData: readonly (Vector & { readonly body: string; readonly isAnswered: boolean })[] = [
  { what: "a message right behind the upgrade", body: echoed, isAnswered: true },
  { what: "half a frame right behind the upgrade", body: echoed.slice(0, 10), isAnswered: false },
  { what: "text that is no frame", body: "GET / HTTP/1.1\r\n\r\n", isAnswered: false },
  { what: "another upgrade", body: upgradeRequest(), isAnswered: false },
];
