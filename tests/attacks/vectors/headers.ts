import type { Vector } from "../catalogue/row.js";
import type { UpgradeShape } from "../surroundings/upgrade-request.js";

export interface HeaderVector extends Vector {
  readonly shape: UpgradeShape;
  readonly statuses: readonly number[];
}

const many = (count: number, name: (i: number) => string, value: string) =>
  Array.from({ length: count }, (_, i) => [name(i), value] as const);

/** Headers beyond all measure. */
export const headerFloods: readonly HeaderVector[] = [
  { what: "one of 17 KB", shape: { headers: [["X-Large", "x".repeat(17_000)]] }, statuses: [431] },
  { what: "one of 1 MB", shape: { headers: [["X-Large", "x".repeat(1_000_000)]] }, statuses: [431] },
  { what: "one whose name has 17 KB", shape: { headers: [["x".repeat(17_000), "1"]] }, statuses: [431] },
  {
    what: "2,000 of 20 bytes",
    shape: { headers: many(2_000, (i) => `X-Header-${i}`, "12345") },
    statuses: [431],
  },
  { what: "100,000 of 6 bytes", shape: { headers: many(100_000, () => "a", "b") }, statuses: [431] },
  { what: "2,000 of one name", shape: { headers: many(2_000, () => "Cookie", "a=b") }, statuses: [431] },
  { what: "a cookie of 20 KB", shape: { headers: [["Cookie", "a=b; ".repeat(4_000)]] }, statuses: [431] },
  { what: "a path of 20 KB", shape: { line: `GET /${"x".repeat(20_000)} HTTP/1.1` }, statuses: [431] },
  { what: "a query of 1 MB", shape: { line: `GET /?${"x".repeat(1_000_000)} HTTP/1.1` }, statuses: [431] },
  {
    what: "a host of 20 KB",
    shape: { without: ["Host"], headers: [["Host", "x".repeat(20_000)]] },
    statuses: [431],
  },
  // More than Node hands on, and all together small enough: what comes behind them is as good as not there.
  {
    what: "2,000 before those of the upgrade",
    shape: { line: `GET / HTTP/1.1\r\n${"a:b\r\n".repeat(2_000).trimEnd()}` },
    statuses: [400, 431],
  },
  {
    what: "2,000 behind those of the upgrade",
    shape: { headers: many(2_000, () => "a", "b") },
    statuses: [101, 431],
  },
  { what: "one of 8 KB", shape: { headers: [["X-Large", "x".repeat(8_000)]] }, statuses: [101] },
];

const patterns: readonly string[] = [
  ...[
    ",",
    ";",
    '"',
    " ",
    "\t",
    ", ",
    "; ",
    ',;" \t',
    ",\t",
    "a,",
    "a;b,",
    'a="',
    "a=\\",
    '"\\"',
    "= ",
    ";;,,",
  ],
  ...["permessage-deflate,", "permessage-deflate;", "tautline.v1.json,", "a; b=c; d, ", "()<>@"],
];

/** What a parser of lists might take for ever to read, 15 KB of each. */
export const listPatterns: readonly HeaderVector[] = patterns.flatMap((pattern) =>
  ["Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"].map((name) => ({
    what: `${name} of ${JSON.stringify(pattern)}`,
    shape: { headers: [[name, pattern.repeat(Math.floor(15_000 / pattern.length))]] as const },
    statuses: [101, 400],
  })),
);
