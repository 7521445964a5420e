import type { Fact, HistoryRecord, Place, Rules } from "../history/record.js";

// Histories written by hand, for the checker's own tests.

/** One line: who, what, and (where it matters) when. */
export type Line = readonly [actor: string, fact: Fact, t?: number | undefined];

const rules: Rules = {
  kept: { "kept/1": { size: 3 } },
  presence: ["kept/1"],
  outbox: 2,
  unanswered: 1,
  handlerMs: 1_000,
  bufferedBytes: 100,
  attempts: 3,
};

/** The record of these lines, after the rules: one millisecond a line where nothing else is said. */
export function historyOf(lines: readonly Line[]): readonly HistoryRecord[] {
  const all: Line[] = [["world", { op: "rules", rules }], ...lines];
  return all.map(([actor, fact, t], i) => ({ t: t ?? i, actor, ...fact }));
}

/** A place in the life "a", or another. */
export const place = (offset: number, epoch = "a"): Place => ({ epoch, offset });

const room = "kept/1";

/** The broker keeps publication `p<offset>`. */
export const append = (
  offset: number,
  epoch = "a",
  key = `p${offset}${epoch === "a" ? "" : epoch}`,
): Line => ["broker", { op: "append", room, key, place: place(offset, epoch) }];
/** A client is in the room, at an offset. */
export const joined = (offset: number, epoch = "a", client = "ada"): Line => [
  client,
  { op: "membership", room, outcome: "joined", place: place(offset, epoch) },
];
/** A client is in the room no longer. */
export const leftRoom = (client = "ada"): Line => [client, { op: "membership", room, outcome: "left" }];
/** A client is given publication `p<offset>`. */
export const got = (offset: number, key = `p${offset}`): Line => [
  "ada",
  { op: "publication", room, key, offset },
];
/** A client is told of a gap that leads to an offset. */
export const gap = (reason: string, to: Place, from?: number): Line => [
  "ada",
  { op: "gap", room, reason, place: to, from, to: from && to.offset },
];
/** Where a client stands in the end. */
export const standing = (members: Readonly<Record<string, string>>, client = "ada"): Line => [
  "world",
  { op: "standing", client, room, outcome: "joined", members, told: "here" },
];
/** A message is handed to a client. */
export const call = (key: string, extra: Partial<Extract<Fact, { op: "call" }>> = {}): Line => [
  "ada",
  { op: "call", key, kind: "send", idempotent: false, withinMs: 1_000, ...extra },
];
/** Its promise settled. */
export const settledAs = (key: string, outcome: string, t?: number): Line => [
  "ada",
  { op: "settled", key, outcome },
  t,
];
/** A handler begins. */
export const handler = (key: string, run: number, connection = "x"): Line => [
  "node",
  { op: "handler", key, run, connection },
];
/** A handler ends. */
export const handled = (key: string, run: number, outcome = "ok"): Line => [
  "node",
  { op: "handled", key, run, outcome },
];
/** A connection is admitted. */
export const admit = (connection = "x"): Line => [
  "node",
  { op: "admitted", connection, user: "ada", member: "m-ada" },
];
/** What a client says of itself. */
export const client = (outcome: "connected" | "waiting" | "closed", connection = "x"): Line => [
  "ada",
  outcome === "connected"
    ? { op: "client", outcome, connection, user: "ada", member: "m-ada" }
    : { op: "client", outcome },
];
/** Something of a client's socket. */
export const socket = (outcome: "made" | "let-go", id: number, t?: number): Line => [
  "ada",
  { op: "socket", socket: id, outcome },
  t,
];
