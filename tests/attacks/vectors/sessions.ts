import type { Vector } from "../catalogue/row.js";

/** A client id that somebody has, and that others would like to have. */
export const clientId = "0123456789abcdefghijklmnopqrstuv";

/** The client id with one bit turned in each of its characters, and otherwise nearly right. */
export const nearlyRight: readonly (Vector & { readonly client: string })[] = [
  ...Array.from(clientId, (character, i) => ({
    what: `one bit of character ${i}`,
    client: clientId.slice(0, i) + String.fromCharCode(character.charCodeAt(0) ^ 1) + clientId.slice(i + 1),
  })),
  { what: "in capitals", client: clientId.toUpperCase() },
  { what: "with a space", client: `${clientId} ` },
  { what: "with a NUL", client: `${clientId}\0` },
  { what: "cut", client: clientId.slice(0, -1) },
  { what: "backwards", client: [...clientId].reverse().join("") },
];

/** What a client might try to choose for itself, in `$hello` or on the wire. */
export const chosen: readonly (Vector & { readonly field: string })[] = [
  ...["connection", "member", "session", "sid", "id", "userId", "resumed", "epoch", "key"],
].map((field) => ({ what: field, field }));

export interface PositionVector extends Vector {
  readonly room: string;
  /** Of which room's life the epoch is. */
  readonly epoch: "own" | "other" | "private" | "invented" | "empty";
  readonly offset: number;
  readonly answer: "recovered" | "not recovered" | "BAD_ENVELOPE" | "FORBIDDEN";
}

const offsets: readonly (readonly [number, PositionVector["answer"]])[] = [
  [-1, "BAD_ENVELOPE"],
  [0.5, "BAD_ENVELOPE"],
  [2 ** 53, "BAD_ENVELOPE"],
  [0, "recovered"],
  [1, "recovered"],
  [11, "not recovered"],
  [1_000_000, "not recovered"],
  [2 ** 53 - 1, "not recovered"],
];

/** Positions that nobody was given; the room has ten publications. */
export const forgedPositions: readonly PositionVector[] = [
  ...offsets.map(([offset, answer]) => ({
    what: `the right epoch, offset ${offset}`,
    room: "open/positions",
    epoch: "own" as const,
    offset,
    answer,
  })),
  ...(["other", "private", "invented"] as const).flatMap((epoch) =>
    [0, 1, 10, 2 ** 53 - 1].map((offset) => ({
      what: `the epoch ${epoch}, offset ${offset}`,
      room: "open/positions",
      epoch,
      offset,
      answer: "not recovered" as const,
    })),
  ),
  { what: "an empty epoch", room: "open/positions", epoch: "empty", offset: 0, answer: "BAD_ENVELOPE" },
  {
    what: "a private room by its own epoch",
    room: "private/bob",
    epoch: "private",
    offset: 0,
    answer: "FORBIDDEN",
  },
];
