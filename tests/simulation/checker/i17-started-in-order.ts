import type { HistoryRecord } from "../history/record.js";
import { type Invariant, type Violation, violation } from "./violation.js";

/** A message that was sent. */
interface Sent {
  readonly client: string;
  /** Client and room: what is started in order. */
  readonly line: string;
  readonly place: number;
  readonly isIdempotent: boolean;
}

/** A handler begins. */
type Begun = Extract<HistoryRecord, { readonly op: "handler" }>;

/** The place of the newest message that was started, by line. */
type Newest = Map<string, number>;

/**
 * I17: a client's messages are started in the order in which they were sent, per room and among those without one.
 *
 * A node takes a message in its order (that is no line of the record), and may die or stand still before the handler begins.
 * Nobody else begins it as long as that node could be at work, and it holds up nothing behind it: PROTOCOL.md 9.6, 9.15. So
 * one message of each line may be late after that: see `Stops`. What was sent as another user is no part of the line any more.
 */
export const startedInOrder: Invariant = (history) => {
  const violations: Violation[] = [];
  const sent = new Map<string, Sent>();
  const newest: Newest = new Map();
  const started = new Set<string>();
  const stops = new Stops();
  let calls = 0;
  for (const record of history) {
    stops.read(record, calls, newest);
    if (record.op === "call") {
      const { actor: client, idempotent: isIdempotent } = record;
      sent.set(record.key, {
        client,
        line: `${client} ${record.room ?? ""}`,
        place: calls++,
        isIdempotent,
      });
    }
    if (record.op === "settled" && record.outcome === "USER_CHANGED") sent.delete(record.key);
    if (record.op !== "handler" || started.has(record.key)) continue;
    started.add(record.key);
    const call = sent.get(record.key);
    if (!call) continue;
    const before = newest.get(call.line) ?? -1;
    newest.set(call.line, Math.max(before, call.place));
    if (call.place < before && !stops.excuse(call, record))
      violations.push(violation("I17", record, `${record.key} was started after a later message`));
  }
  return violations;
};

interface Stop {
  readonly t: number;
  /** Or it stood still, and went on. */
  readonly isDeath: boolean;
  /** Who was connected to the node, or had been last, and by which connection. */
  readonly connections: ReadonlyMap<string, string>;
  /** How many messages had been sent. */
  readonly sent: number;
  readonly newest: Newest;
  /** Lines whose one message has come. */
  readonly excused: Set<string>;
}

/**
 * Nodes that died or stood still, and what each may have had in hand. Of a line that is one message: the next is taken when
 * the handler of the one before has begun. It was sent before the stop, to that node, and nothing later had been started.
 */
class Stops {
  readonly #stops: Stop[] = [];
  readonly #nodeOf = new Map<string, string>();
  readonly #connectionOf = new Map<string, string>();
  #handlerMs = 0;
  /** When it was last lost who had begun what. */
  #forgotAt = -1;

  read(record: HistoryRecord, sent: number, newest: Newest): void {
    if (record.op === "rules") this.#handlerMs = record.rules.handlerMs;
    if (record.op === "forgot" && record.all) this.#forgotAt = record.t;
    if (record.op === "admitted") this.#nodeOf.set(record.connection, record.actor);
    if (record.op === "client" && record.connection) this.#connectionOf.set(record.actor, record.connection);
    if (record.op !== "fault" || (record.kind !== "crash" && record.kind !== "freeze")) return;
    const there = [...this.#connectionOf].filter(([, id]) => this.#nodeOf.get(id) === record.of);
    const isDeath = record.kind === "crash";
    const connections = new Map(there);
    this.#stops.push({
      t: record.t,
      isDeath,
      connections,
      sent,
      newest: new Map(newest),
      excused: new Set(),
    });
  }

  /** Whether a message that is started late may have been in the hands of a node that stopped. */
  excuse(call: Sent, begun: Begun): boolean {
    const { client, line, place } = call;
    const stop = this.#stops.find(
      (one) =>
        one.connections.has(client) &&
        place < one.sent &&
        place > (one.newest.get(line) ?? -1) &&
        (this.#mayFollow(one, call, begun) || (!one.isDeath && this.#goesOn(one, call, begun))) &&
        !one.excused.has(line),
    );
    stop?.excused.add(line);
    return stop !== undefined;
  }

  /**
   * What a dead node had is handled by another one, and what was taken from a node that stood still (it was told so when it no longer
   * listened) also by that one itself: when a handler could not be at work any more, or nobody knows any longer that it was begun; and only
   * what may be handled twice (of others the outcome is unknown).
   */
  #mayFollow(stop: Stop, { isIdempotent }: Sent, { t }: Begun): boolean {
    return isIdempotent && (t >= stop.t + this.#handlerMs || this.#forgotAt > stop.t);
  }

  /** The node that stood still begins what it had, for a client that has gone elsewhere meanwhile. */
  #goesOn({ connections }: Stop, { client }: Sent, { connection }: Begun): boolean {
    return connections.get(client) === connection && this.#connectionOf.get(client) !== connection;
  }
}
