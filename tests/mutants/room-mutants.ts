import type { Mutant } from "./mutant.js";

const client = "packages/client/src/room";
const server = "packages/server/src";

/** Bugs about rooms: positions, recovery, gaps, membership. */
export const roomMutants: readonly Mutant[] = [
  {
    name: "quiet-room-has-no-position",
    bug: "A room has no position before its first publication, so what comes while the client is away is lost silently.",
    row: "U1",
    file: `${client}/recovery.ts`,
    find: `if (!position) return { verdict: "fresh", position: answered };`,
    replace: `if (!position) return { verdict: "fresh", position: answered?.offset ? answered : undefined };`,
  },
  {
    name: "volatile-poisons-position",
    bug: "An event that is not kept moves the position on, and the next publication is taken for an old one.",
    row: "U1",
    file: `${client}/track.ts`,
    find: "if (offset !== undefined) {",
    replace: `if (offset === undefined) {
      if (this.position) this.position = { ...this.position, offset: this.position.offset + 1 };
    } else {`,
  },
  {
    name: "recovered-without-offset",
    bug: "Recovered publications come without their offset, and the position stays behind.",
    row: "U2",
    file: `${server}/room/catch-up.ts`,
    find: "frameOf(publication, { room: wireName, offset, timestamp }, connection.codec)",
    replace: "frameOf(publication, { room: wireName, offset: undefined, timestamp }, connection.codec)",
  },
  {
    name: "duplicates-handed-over",
    bug: "What arrives twice around a reconnect is handed over twice.",
    row: "U2",
    file: `${client}/recovery.ts`,
    find: `return offset > position.offset ? "take" : "drop";`,
    replace: `return "take";`,
  },
  {
    name: "gap-not-told",
    bug: "The position jumps over what is lost, and the program is not told.",
    row: "U1",
    file: `${client}/track.ts`,
    find: `    if (gap) this.#lost(gap);`,
    replace: "",
  },
  {
    name: "rooms-forgotten-with-the-connection",
    bug: "After a reconnect the rooms are not joined again.",
    row: "U3",
    file: `${client}/membership.ts`,
    find: `this.#dispatch({ kind: this.#joins.isEmpty ? "leave" : "suspend" });`,
    replace: `this.#dispatch({ kind: "leave" });`,
  },
  {
    name: "epoch-not-compared",
    bug: "A position of an earlier life of the room is trusted, as after a restart of the store without its data.",
    row: "F-21",
    file: `${server}/room/recovery.ts`,
    find: `if (epoch !== state.epoch || offset > state.head) return "new-epoch";`,
    replace: `if (offset > state.head) return "new-epoch";`,
  },
  {
    name: "epoch-not-new",
    bug: "A store that lost its data goes on under the old epoch, with offsets from 1.",
    row: "F-21",
    file: `${server}/broker/memory-history.ts`,
    find: "new MemoryStream(hex(this.#random.bytes(12)), retention)",
    replace: `new MemoryStream("always the same", retention)`,
  },
  {
    name: "trims-too-early",
    bug: "History keeps one publication less than it was told to, under the feet of lagging readers.",
    row: "F-24",
    file: `${server}/broker/memory-stream.ts`,
    find: "this.#kept.length <= size &&",
    replace: "this.#kept.length < size &&",
  },
  {
    name: "expelled-still-served",
    bug: "Who was taken out of a room keeps receiving what is published there.",
    row: "U18",
    file: `${server}/room/room.ts`,
    find: `    membership.progress = { kind: "gone" };
    this.#members.delete(connection);`,
    replace: "",
  },
  {
    name: "stream-of-another-user",
    bug: "A connection is given the events of another user.",
    row: "U18",
    file: `${server}/handlers/join.ts`,
    find: "{ ...request, room: ownStreamOf(connection.user), presence: undefined },",
    replace: `{ ...request, room: ownStreamOf("ada"), presence: undefined },`,
  },
  {
    name: "leave-not-told",
    bug: "A client that leaves a room does not say so: it stays there in the eyes of the others.",
    row: "U11",
    file: `${client}/membership.ts`,
    find: `connection.tell("$leave", { room: this.name });`,
    replace: "",
  },
  {
    name: "join-finishes-after-disconnect",
    bug: "A join that is still being done when its connection ends is finished, and leaves its member in the room for ever.",
    row: "U11",
    file: `${server}/room/registry.ts`,
    find: "if (room) this.#remove(room, membership, mayReturn);",
    replace: `if (room && membership.progress.kind !== "admitted") this.#remove(room, membership, mayReturn);`,
    caughtBy: { project: "server", file: "packages/server/test/late-joins.test.ts" },
  },
  {
    name: "dead-nodes-presence-stays",
    bug: "Members of a node that died are never taken out.",
    row: "F-17",
    file: `${server}/broker/memory-presence-store.ts`,
    find: "this.#await(node, this.leaseMs);",
    replace: "",
  },
  {
    name: "everyone-comes-again",
    bug: "After each snapshot everyone is told to have just come.",
    row: "F-28",
    file: `${client}/presence.ts`,
    find: "this.#list.filter(({ member }) => !before.has(member)),",
    replace: "this.#list,",
  },
];
