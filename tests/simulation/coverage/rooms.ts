import type { HistoryRecord, Place, RecordOf } from "../history/record.js";
import type { Met, Observer, Wire, WireJoin } from "./observer.js";

/** What is known of one client in one room. */
interface Seen {
  /** The offset last handed over. */
  handedOver: number;
  /** Where a replay ends that is still going on. */
  replayTo: number | undefined;
  wasIn: boolean;
  isIn: boolean;
  wasPutOff: boolean;
  given: Place | undefined;
}

/** Looks on at joins, recoveries, gaps and publications. */
export class RoomObserver implements Observer {
  readonly #met: Met;
  readonly #seen = new Map<string, Seen>();
  readonly #heads = new Map<string, number>();
  /** Snapshots that are being loaded: of which room, and how often they were begun. */
  readonly #loads = new Map<string, { readonly room: string; begun: number }>();
  readonly #unkept = new Map<string, { readonly room: string; left: number }>();

  constructor(met: Met) {
    this.#met = met;
  }

  recorded(record: HistoryRecord): void {
    switch (record.op) {
      case "append":
        this.#heads.set(record.room, record.place.offset);
        for (const { room } of this.#loads.values())
          if (room === record.room) this.#met("published while a snapshot was loaded");
        return;
      case "loading":
        return this.#loading(record);
      case "loaded":
        this.#loads.delete(record.key);
        if (record.outcome === "ok") this.#met("snapshot loaded");
        return;
      case "publish":
        this.#unkept.set(record.key, { room: record.room, left: this.#membersOf(record.room) });
        return;
      case "join":
        this.#of(record.actor, record.room).given = record.from;
        return;
      case "joined":
        if (record.outcome === "TIMEOUT") this.#met("join given up");
        if (record.outcome === "FORBIDDEN") this.#met("join refused");
        return;
      case "membership":
        return this.#membership(record);
      case "publication":
        return this.#publication(record);
      case "quiet":
        for (const { left } of this.#unkept.values()) if (left > 0) this.#met("unkept publication missed");
        return;
      default:
        return;
    }
  }

  passed({ client, from, envelope }: Wire): void {
    if (from === "client") return;
    const { type, data, room, offset, error } = envelope;
    if (type === "$welcome") for (const join of data?.rooms ?? []) this.#answered(client, join);
    else if (type === "$joined" && data?.room) this.#answered(client, data as WireJoin);
    else if (type === "$error" && room) this.#putOff(client, room, error?.code);
    else if (type === "$gap") {
      this.#met("gap on a live connection");
      if (data?.reason === "new-epoch") this.#met("new epoch on a live connection");
    } else if (type === "$left") this.#met("expelled");
    else if (room && offset !== undefined) {
      const seen = this.#of(client, room);
      if (seen.isIn && offset <= seen.handedOver) this.#met("duplicate dropped");
    }
  }

  #answered(client: string, { room, offset, head, recovered, reason, error }: WireJoin): void {
    const seen = this.#of(client, room);
    if (error) return this.#putOff(client, room, error.code);
    if (seen.wasPutOff) this.#met("join put off");
    seen.wasPutOff = false;
    if (seen.given) this.#met("position from elsewhere");
    if (recovered) this.#met("recovered");
    else if (reason) this.#met(`not recovered: ${reason}` as "not recovered: trimmed");
    else this.#met("joined afresh");
    if (head === undefined || offset === undefined || head <= offset) return;
    seen.replayTo = head;
    this.#met(recovered ? "recovered more than nothing" : "joined with the newest few");
  }

  #putOff(client: string, room: string, code: string | undefined): void {
    const passes = ["RATE_LIMITED", "BUSY", "UNAVAILABLE", "TIMEOUT"].includes(code ?? "");
    const seen = this.#of(client, room);
    if (passes && !seen.isIn) seen.wasPutOff = true;
  }

  #membership({ actor, room, outcome }: RecordOf<"membership">): void {
    const seen = this.#of(actor, room);
    if (outcome === "left") {
      seen.handedOver = 0;
      seen.wasIn ||= seen.isIn;
    }
    if (outcome === "joined" && seen.wasIn) this.#met("left and joined again");
    if (outcome === "joined") seen.wasIn = false;
    seen.isIn = outcome === "joined";
  }

  #publication({ actor, room, key, offset }: RecordOf<"publication">): void {
    const unkept = this.#unkept.get(key);
    if (unkept) unkept.left--;
    if (offset === undefined) return;
    const seen = this.#of(actor, room);
    seen.handedOver = offset;
    if (offset !== seen.replayTo) return;
    seen.replayTo = undefined;
    if ((this.#heads.get(room) ?? 0) > offset) this.#met("replay merged with live");
  }

  #loading({ key, room }: RecordOf<"loading">): void {
    const load = this.#loads.get(key) ?? { room, begun: 0 };
    if (++load.begun > 1) this.#met("snapshot loaded again");
    this.#loads.set(key, load);
  }

  #membersOf(room: string): number {
    let count = 0;
    for (const [name, { isIn }] of this.#seen) if (isIn && name.endsWith(` ${room}`)) count++;
    return count;
  }

  #of(client: string, room: string): Seen {
    const name = `${client} ${room}`;
    const known = this.#seen.get(name);
    if (known) return known;
    const seen: Seen = {
      ...{ handedOver: 0, replayTo: undefined, given: undefined },
      ...{ wasIn: false, isIn: false, wasPutOff: false },
    };
    this.#seen.set(name, seen);
    return seen;
  }
}
