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

/** The place of the newest message that was started, by line. */
type Newest = Map<string, number>;

/**
 * I17: a client's messages are started in the order in which they were sent, per room and among those without one.
 *
 * A node takes a message in its order (that is no line of the record), and may die before the handler begins. Nobody else
 * begins it as long as the dead one could be at work, and it holds up nothing behind it: PROTOCOL.md 9.6, 9.15. So one
 * message of each line may be late after a death: see `Deaths`.
 */
export const startedInOrder: Invariant = (history) => {
  const violations: Violation[] = [];
  const sent = new Map<string, Sent>();
  const newest: Newest = new Map();
  const started = new Set<string>();
  const deaths = new Deaths();
  for (const record of history) {
    deaths.read(record, sent.size, newest);
    if (record.op === "call") {
      const { actor: client, idempotent: isIdempotent } = record;
      sent.set(record.key, {
        client,
        line: `${client} ${record.room ?? ""}`,
        place: sent.size,
        isIdempotent,
      });
    }
    if (record.op !== "handler" || started.has(record.key)) continue;
    started.add(record.key);
    const call = sent.get(record.key);
    if (!call) continue;
    const before = newest.get(call.line) ?? -1;
    newest.set(call.line, Math.max(before, call.place));
    if (call.place < before && !deaths.excuse(call, record.t))
      violations.push(violation("I17", record, `${record.key} was started after a later message`));
  }
  return violations;
};

interface Death {
  readonly t: number;
  /** Who was connected to the node, or had been last. */
  readonly clients: ReadonlySet<string>;
  /** How many messages had been sent. */
  readonly sent: number;
  readonly newest: Newest;
  /** Lines whose one message has come. */
  readonly excused: Set<string>;
}

/**
 * Nodes that died, and what each may have had in hand. Of a line that is one message: the next is taken when the handler
 * of the one before has begun. It was sent before the death, to that node, and nothing later had been started. It may be
 * handled twice (of others the outcome is unknown), and comes when a handler of the dead node's could not be at work any more.
 */
class Deaths {
  readonly #deaths: Death[] = [];
  readonly #nodeOf = new Map<string, string>();
  readonly #connectionOf = new Map<string, string>();
  #handlerMs = 0;

  read(record: HistoryRecord, sent: number, newest: Newest): void {
    if (record.op === "rules") this.#handlerMs = record.rules.handlerMs;
    if (record.op === "admitted") this.#nodeOf.set(record.connection, record.actor);
    if (record.op === "client" && record.connection) this.#connectionOf.set(record.actor, record.connection);
    if (record.op !== "fault" || record.kind !== "crash") return;
    const there = [...this.#connectionOf].filter(([, id]) => this.#nodeOf.get(id) === record.of);
    const clients = new Set(there.map(([client]) => client));
    this.#deaths.push({ t: record.t, clients, sent, newest: new Map(newest), excused: new Set() });
  }

  /** Whether a message that is started late may have been in a dead node's hands. */
  excuse({ client, line, place, isIdempotent }: Sent, t: number): boolean {
    const death = this.#deaths.find(
      (one) =>
        isIdempotent &&
        one.clients.has(client) &&
        place < one.sent &&
        place > (one.newest.get(line) ?? -1) &&
        t >= one.t + this.#handlerMs &&
        !one.excused.has(line),
    );
    death?.excused.add(line);
    return death !== undefined;
  }
}
