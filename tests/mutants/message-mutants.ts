import type { Mutant } from "./mutant.js";

const client = "packages/client/src";
const server = "packages/server/src";

/** Bugs about messages: repeats, answers, order, bounds. */
export const messageMutants: readonly Mutant[] = [
  {
    name: "answers-forgotten",
    bug: "The answer is lost on its way, the message comes again, and its handler runs twice.",
    row: "U4",
    file: `${server}/broker/memory-claims.ts`,
    find: "if (messages.taken.has(id)) return this.#claimAgain(messages, id, { request, until });",
    replace: "if (pendingOf(messages, id)) return this.#claimAgain(messages, id, { request, until });",
  },
  {
    name: "repeats-into-a-new-record",
    bug: "A client repeats its messages to a server that does not know it any more.",
    row: "F-33",
    file: `${client}/requests.ts`,
    find: "if (!resumed) this.#settleWritten(true);",
    replace: "if (!resumed) this.#repeat(Infinity);",
  },
  {
    name: "repeat-does-not-wait",
    bug: "A repeat is handled although the first is just being handled.",
    row: "F-32",
    file: `${server}/broker/memory-claims.ts`,
    find: `if (this.#clock.monotonic() < pending.until) return { kind: "pending" };`,
    replace: `if (this.#clock.monotonic() < pending.until) return { kind: "new" };`,
  },
  {
    name: "resumed-for-everyone",
    bug: "The server says that it has the record of a client although it has just made it.",
    row: "U1",
    file: `${server}/connection/handshake.ts`,
    find: "resumed: connection.handlings.record?.resumed ?? false,",
    replace: "resumed: true,",
  },
  {
    name: "ids-do-not-grow",
    bug: "Messages get ids that were given before.",
    row: "U2",
    file: `${client}/requests.ts`,
    find: "      identity.lastId = id;",
    replace: "",
  },
  {
    name: "order-lost-on-reconnect",
    bug: "What is sent again after a reconnect comes behind what was sent later.",
    row: "U2",
    file: `${client}/outbox.ts`,
    find: "    entry.id = undefined;",
    replace: `    entry.id = undefined;
    this.entries.delete(entry);
    this.entries.add(entry);`,
    caughtBy: { project: "client", file: "packages/client/test/client.test.ts" },
  },
  {
    name: "later-overtakes-the-refused",
    bug: "A message that was refused for now is overtaken by those behind it.",
    row: "F-30",
    file: `${server}/answers/pacing.ts`,
    find: "if (this.#refused.size === 0) return undefined;\n    const first",
    replace: "if (this.#refused.size >= 0) return undefined;\n    const first",
    caughtBy: { project: "server", file: "packages/server/test/answers/pacing.test.ts" },
  },
  {
    name: "waits-for-ever",
    bug: "A promise that nothing settles: the deadline of a message is never looked at.",
    row: "F-43",
    file: `${client}/requests.ts`,
    find: "const timer = deadline(clock, timeoutMs, late);",
    replace: "const timer = undefined;",
  },
  {
    name: "outbox-without-bound",
    bug: "What waits for a connection grows without a limit.",
    row: "F-35",
    file: `${client}/outbox.ts`,
    find: `    if (isFull()) {
      throw`,
    replace: `    if (isFull() && maxCount < 0) {
      throw`,
  },
  {
    name: "acknowledged-before-it-is-handled",
    bug: "A message is acknowledged when it arrives, and lost when its handler fails or the server dies.",
    row: "F-33",
    file: `${server}/handlers/act.ts`,
    find: "    handling.await();\n    result.then(",
    replace: "    handling.succeed();\n    result.then(",
  },
  {
    name: "failure-acknowledged",
    bug: "A handler that rejects is taken for one that ended well.",
    row: "U15",
    file: `${server}/handlers/act.ts`,
    find: "(value) => succeed(connection, handling, { task, result: value }), failed);",
    replace:
      "(value) => succeed(connection, handling, { task, result: value }), () => handling.succeed({ data: {} }));",
  },
  {
    name: "published-again-by-each-run",
    bug: "What a handler publishes is kept again when the message is handled again.",
    row: "U4",
    file: `${server}/room-handle.ts`,
    find: "key: this.#message && `${this.#message}/${++this.#published}`,",
    replace: "",
    caughtBy: { project: "server", file: "packages/server/test/answers/outcome-unknown.test.ts" },
  },
];
