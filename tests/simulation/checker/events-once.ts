import type { HistoryRecord } from "../history/record.js";
import { type Violation, violation } from "./violation.js";

/** Where an event was given to a client: over a connection to which node, and by which record. */
interface Giving {
  readonly node: string | undefined;
  readonly at: number;
}

/** The connection of a client. */
interface Line {
  /** The record of its newest hello. */
  greetedAt: number;
  connection?: string | undefined;
  node?: string | undefined;
  /** The record of the hello that this connection began with. */
  since: number;
}

/**
 * No client is given an event twice, also of those that are kept nowhere, to everyone for instance: nothing but their
 * names tells them apart. But the broker may carry one to everyone to another node later than the client gets there: then it
 * comes once over each, if the client had it before it said hello there. It cannot know that (PROTOCOL.md, 12.3).
 */
export function eventsOnce(history: readonly HistoryRecord[]): readonly Violation[] {
  const nodes = nodesOf(history);
  const lines = new Map<string, Line>();
  const givings = new Map<string, Giving[]>();
  return history.flatMap((record, at) => {
    const { actor } = record;
    const line = lines.get(actor) ?? { greetedAt: 0, since: 0 };
    lines.set(actor, line);
    if (record.op === "greeted") line.greetedAt = at;
    else if (record.op === "client") follow(line, record.connection, nodes);
    if (record.op !== "event") return [];
    const { key, to } = record;
    const before = givings.get(`${actor} ${key}`) ?? [];
    givings.set(`${actor} ${key}`, [...before, { node: line.node, at }]);
    const isCarriedLate = to === "everyone" && before.every((giving) => isElsewhere(giving, line));
    if (before.length === 0 || isCarriedLate) return [];
    return [violation("I2", record, `${key} to ${to}: expected it once, got it again`)];
  });
}

/** A move ends with another connection; where it fails, the old one goes on. */
function follow(line: Line, connection: string | undefined, nodes: ReadonlyMap<string, string>): void {
  if (connection === undefined || connection === line.connection) return;
  line.connection = connection;
  line.node = nodes.get(connection);
  line.since = line.greetedAt;
}

function isElsewhere({ node, at }: Giving, line: Line): boolean {
  return node !== line.node && at < line.since;
}

function nodesOf(history: readonly HistoryRecord[]): ReadonlyMap<string, string> {
  const admitted = history.filter((record) => record.op === "admitted");
  return new Map(admitted.map(({ connection, actor }) => [connection, actor]));
}
