import type { HistoryRecord } from "../history/record.js";
import type { Met, Observer } from "./observer.js";

/** Looks on at who is seen in which room. */
export class PresenceObserver implements Observer {
  readonly #met: Met;
  readonly #members = new Map<string, string>();
  readonly #states = new Map<string, string>();
  readonly #crashed = new Set<string>();
  readonly #nodes = new Map<string, string>();
  /** Members whose connection has gone, and who have not come back. */
  readonly #away = new Map<string, { readonly node: string; wasSeenToGo: boolean }>();

  constructor(met: Met) {
    this.#met = met;
  }

  recorded(record: HistoryRecord): void {
    switch (record.op) {
      case "admitted":
        return this.#arrived(record.member, record.connection, record.actor);
      case "departed":
        return this.#gone(record.connection, record.actor);
      case "fault":
        if (record.kind === "crash" && record.of) this.#dies(record.of);
        return;
      case "came":
        return this.#met("member came");
      case "went":
        return this.#went(record.member);
      case "presence":
        for (const [member, state] of Object.entries(record.members)) {
          const name = `${record.actor} ${record.room} ${member}`;
          if ((this.#states.get(name) ?? state) !== state) this.#met("state of a member changed");
          this.#states.set(name, state);
        }
        return;
      default:
        return;
    }
  }

  #arrived(member: string, connection: string, node: string): void {
    const away = this.#away.get(member);
    if (away && !away.wasSeenToGo) this.#met("grace saved a leave");
    this.#away.delete(member);
    this.#members.set(connection, member);
    this.#nodes.set(connection, node);
  }

  #gone(connection: string, node: string): void {
    const member = this.#members.get(connection);
    if (member !== undefined) this.#away.set(member, { node, wasSeenToGo: false });
    this.#members.delete(connection);
  }

  #dies(node: string): void {
    for (const [connection, at] of this.#nodes) {
      const member = this.#members.get(connection);
      if (at !== node || member === undefined) continue;
      this.#crashed.add(member);
      this.#gone(connection, node);
    }
  }

  #went(member: string): void {
    this.#met("member went");
    const away = this.#away.get(member);
    if (away) away.wasSeenToGo = true;
    if (away && this.#crashed.delete(member)) this.#met("presence of a dead node ended");
  }
}
