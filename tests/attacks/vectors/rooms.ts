import type { Vector } from "../catalogue/row.js";
import type { MessageVector } from "./names.js";

export interface IntrusionVector extends MessageVector {
  /** Who tries. */
  readonly user: string;
}

const users = ["eve", "Bob", "bob ", " bob", "b\u043eb", "bob\u200b", "guest"];
const envelope = (fields: object) => JSON.stringify({ id: 1, ...fields });
const room = "private/bob";

/** Ways into a room that is Bob's alone, while Bob is in it. */
export const intrusions: readonly IntrusionVector[] = users.flatMap((user) => [
  { what: `${user} joins`, user, message: envelope({ type: "$join", data: { room } }), answer: "FORBIDDEN" },
  {
    what: `${user} joins for the history`,
    user,
    message: envelope({ type: "$join", data: { room, last: 1_000 } }),
    answer: "FORBIDDEN",
  },
  {
    what: `${user} joins from a position`,
    user,
    message: envelope({ type: "$join", data: { room, epoch: "anything", offset: 0 } }),
    answer: "FORBIDDEN",
  },
  {
    what: `${user} says something`,
    user,
    message: envelope({ type: "say", room, data: { text: "x" } }),
    answer: "NOT_A_MEMBER",
  },
  {
    what: `${user} joins under another name`,
    user,
    message: envelope({ type: "$join", data: { room: "PRIVATE/bob" } }),
    answer: "UNKNOWN_ROOM",
  },
  {
    what: `${user} joins Bob's own stream`,
    user,
    message: envelope({ type: "$join", data: { room: "$user/bob" } }),
    answer: "UNKNOWN_ROOM",
  },
]);

/** What happens to a connection, or to the rights of its user, while a join of it is being permitted. */
export const races: readonly (Vector & {
  readonly by: "reset" | "close" | "leave" | "disconnect" | "reauthorize";
})[] = (["reset", "close", "leave", "disconnect", "reauthorize"] as const).flatMap((by) =>
  [1, 2, 3, 4].map((i) => ({ what: `${by}, user ${i}`, by })),
);

const forged = { from: { user: "bob", member: "bob" }, offset: 1, timestamp: 0 };

/** What a client may not publish. "reader" may publish nothing, "writer" may. */
export const publications: readonly IntrusionVector[] = [
  ...["said", "announced", "notice", "$presence", "$gap", "typing "].map((type) => ({
    what: `the server's event ${type}`,
    user: "writer",
    message: envelope({ type, room: "open/self", data: { text: "x" } }),
    answer: type === "$presence" ? "BAD_ENVELOPE" : "UNKNOWN_TYPE",
  })),
  {
    what: "a client event without membership",
    user: "writer",
    message: envelope({ type: "typing", room: "open/other", data: { on: true } }),
    answer: "NOT_A_MEMBER",
  },
  {
    what: "a client event without permission",
    user: "reader",
    message: envelope({ type: "typing", room: "open/self", data: { on: true } }),
    answer: "FORBIDDEN",
  },
  {
    what: "a client event with wrong data",
    user: "writer",
    message: envelope({ type: "typing", room: "open/self", data: { on: "yes" } }),
    answer: "BAD_DATA",
  },
  {
    what: "a client event without a room",
    user: "writer",
    message: envelope({ type: "typing", data: { on: true } }),
    answer: "UNKNOWN_TYPE",
  },
  {
    what: "a message that nobody may send",
    user: "writer",
    message: envelope({ type: "forbidden" }),
    answer: "FORBIDDEN",
  },
  {
    what: "a client event in somebody else's name",
    user: "writer",
    message: envelope({ type: "typing", room: "open/self", data: { on: true }, ...forged }),
    answer: "$ack",
  },
];

const state = (note: string) => envelope({ type: "$presence", data: { room: "open/self", state: { note } } });

/** What is kept of a member, beyond what may be. */
export const bloat: readonly MessageVector[] = [
  { what: "a state of 1,024 bytes", message: state("x".repeat(1_013)), answer: "$ack" },
  { what: "a state of 1,025 bytes", message: state("x".repeat(1_014)), answer: "TOO_LARGE" },
  { what: "a state of 60 KB", message: state("x".repeat(60_000)), answer: "TOO_LARGE" },
  {
    what: "a state of 1,028 bytes in 257 characters",
    message: state("\u{1f600}".repeat(255)),
    answer: "TOO_LARGE",
  },
  { what: "a state of escapes", message: state("\u0001".repeat(200)), answer: "TOO_LARGE" },
  {
    what: "a join with a state of 60 KB",
    message: envelope({
      type: "$join",
      data: { room: "open/bloat", presence: { note: "x".repeat(60_000) } },
    }),
    answer: "TOO_LARGE",
  },
  {
    what: "a trace of 60 KB",
    message: envelope({ type: "take", trace: "x".repeat(60_000) }),
    answer: "$ack",
  },
  {
    what: "an epoch of 60 KB",
    message: envelope({ type: "$join", data: { room: "open/bloat", epoch: "x".repeat(60_000), offset: 0 } }),
    answer: "BAD_ENVELOPE",
  },
];
