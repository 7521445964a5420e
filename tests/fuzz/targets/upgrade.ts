import { STATUS_CODES } from "node:http";
import fc from "fast-check";
import { bytesOf, check, type Target } from "../engine/target.js";
import { ChatServer } from "../world/chat-server.js";
import { chunksOf, feed, turns } from "../world/memory-socket.js";

const key = "dGhlIHNhbXBsZSBub25jZQ==";
const right: readonly (readonly [string, string])[] = [
  ["Host", "app.example.com"],
  ["Upgrade", "websocket"],
  ["Connection", "Upgrade"],
  ["Sec-WebSocket-Version", "13"],
  ["Sec-WebSocket-Key", key],
];
const requestOf = (line: string, headers: readonly (readonly [string, string])[]): string =>
  `${line}\r\n${headers.map((pair) => `${pair.join(": ")}\r\n`).join("")}\r\n`;

const values = [
  ...[
    "websocket",
    "WebSocket",
    "h2c",
    "websocket, h2c",
    "Upgrade",
    "keep-alive",
    "keep-alive, Upgrade",
    "13",
    "8",
    "99",
    key,
    "AAAA",
    "",
  ],
  ...[
    "tautline.v1.json",
    "tautline.v1.msgpack",
    "a, b",
    "tautline.v1.json, tautline.v1.json",
    ",",
    "https://app.example.com",
    "null",
  ],
  ...[
    "https://evil.com",
    "permessage-deflate",
    "permessage-deflate; server_max_window_bits=99",
    "chunked",
    "0",
    "5",
    "\u00e9",
  ],
];
const names = [
  ...right.map(([name]) => name),
  ...[
    "Origin",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
    "X-Forwarded-For",
    "Content-Length",
    "Transfer-Encoding",
    "Cookie",
  ],
];
const header = fc.tuple(
  fc.constantFrom(...names),
  fc.oneof(fc.constantFrom(...values), fc.string({ maxLength: 20 })),
);
const line = fc.oneof(
  { weight: 5, arbitrary: fc.constant("GET /live HTTP/1.1") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "GET /live?token=t HTTP/1.1",
      "GET / HTTP/1.1",
      "POST /live HTTP/1.1",
      "GET /live HTTP/1.0",
      "GET http://a/live HTTP/1.1",
      "OPTIONS * HTTP/1.1",
    ),
  },
);

/** The bytes of a request for an upgrade, and whatever follows. */
export const target: Target = {
  name: "upgrade",
  covers: [
    "server/src/transport/upgrades.ts",
    "server/src/transport/refuse-upgrade.ts",
    "server/src/transport/attachments.ts",
  ],
  words: [...values, ...names.map((name) => `\r\n${name}: `), "\r\n", "\r\n\r\n", "HTTP/1.1", "/live"],
  seeds: () => [
    bytesOf(requestOf("GET /live HTTP/1.1", right)),
    bytesOf(
      requestOf("GET /live HTTP/1.1", [
        ...right,
        ["Origin", "https://app.example.com"],
        ["Sec-WebSocket-Protocol", "tautline.v1.json"],
      ]),
    ),
  ],
  structured: fc
    .tuple(
      line,
      fc.array(header, { maxLength: 4 }),
      fc.subarray([...right], { minLength: 3 }),
      fc.string({ maxLength: 10 }),
    )
    .map(([first, added, kept, after]) => bytesOf(requestOf(first, [...kept, ...added]) + after)),
  async run(input) {
    const whole = await answerTo([input]);
    const parts = await answerTo(chunksOf(input));
    check(whole === parts, `expected the same in any chunks, got ${JSON.stringify([whole, parts])}`);
    if (whole === "101") check(mayBeUpgraded(Buffer.from(input).toString("latin1")), "expected no upgrade");
  },
};

/** The status of the answer; empty where there is none, since more would have to come. */
async function answerTo(chunks: readonly Uint8Array[]): Promise<string> {
  const world = new ChatServer();
  const socket = world.connect();
  await feed(socket, chunks);
  await turns(3);
  const text = socket.written.toString("latin1");
  const [, status = ""] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
  check(
    text === "" || Object.hasOwn(STATUS_CODES, status),
    `expected an answer of HTTP, got ${text.slice(0, 40)}`,
  );
  await world.end(socket);
  return status;
}

/** What RFC 6455 §4.2.1 asks of a request at least, and our own rule of origins. */
function mayBeUpgraded(request: string): boolean {
  const [head = ""] = request.split("\r\n\r\n", 1);
  const values = (name: string): readonly string[] =>
    [...head.matchAll(new RegExp(`^${name}:[ \\t]*(.*?)[ \\t\\r]*$`, "gim"))].map(([, value = ""]) => value);
  const has = (name: string, isRight: (value: string) => boolean): boolean => values(name).some(isRight);
  return (
    /^\s*GET [^ ]*\/live/i.test(head) &&
    has("upgrade", (value) => value.toLowerCase() === "websocket") &&
    // `ws` reads a number: 013 is 13.
    has("sec-websocket-version", (value) => Number(value) === 13 || Number(value) === 8) &&
    has("sec-websocket-key", (value) => /^[+/0-9a-z]{22}==$/i.test(value)) &&
    values("origin").every((value) => value.includes("//"))
  );
}
