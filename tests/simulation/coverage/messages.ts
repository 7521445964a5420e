import type { HistoryRecord, RecordOf } from "../history/record.js";
import type { Met, Observer, Wire } from "./observer.js";

/** What is known of one message. */
interface Seen {
  readonly call: RecordOf<"call">;
  /** The sockets it was written to. */
  readonly sockets: Set<number>;
  /** Runs that have begun, and those that have ended. */
  begun: number;
  ended: number;
  wasRefused: boolean;
  wasCancelled: boolean;
  isSettled: boolean;
  /** What its last repeat met. */
  repeat: "done" | "running" | "unseen" | undefined;
}

/** Looks on at messages, their handlers and their answers. */
export class MessageObserver implements Observer {
  readonly #met: Met;
  readonly #messages = new Map<string, Seen>();
  /** The key of each id of each client: as the client wrote it. */
  readonly #ids = new Map<string, string>();
  readonly #waitingRooms = new Set<string>();
  readonly #runs = new Map<number, string>();
  readonly #departed = new Set<string>();

  constructor(met: Met) {
    this.#met = met;
  }

  recorded(record: HistoryRecord): void {
    switch (record.op) {
      case "call":
        this.#called(record);
        return;
      case "membership":
        if (record.outcome === "joining") this.#waitingRooms.add(`${record.actor} ${record.room}`);
        else this.#waitingRooms.delete(`${record.actor} ${record.room}`);
        return;
      case "handler":
        return this.#begins(record);
      case "handled":
        return this.#ends(record);
      case "settled":
        return this.#settled(record);
      case "departed":
        this.#departed.add(record.connection);
        return;
      case "append":
        if (record.key.includes("/")) this.#met("published by a handler");
        return;
      default:
        return;
    }
  }

  passed({ client, socket, from, envelope }: Wire): void {
    const { type, id, data, error } = envelope;
    if (from === "client") {
      if (type === "$cancel") this.#cancels(this.#byId(client, data?.id));
      else if (id !== undefined && data?.key !== undefined) this.#written(client, socket, id, data.key);
    } else if (type === "$welcome") this.#welcomed(data?.resumed ?? false, client);
    else if (id !== undefined) this.#answered(this.#byId(client, id), error?.code);
  }

  #called(call: RecordOf<"call">): void {
    const seen: Seen = {
      ...{ call, sockets: new Set<number>(), begun: 0, ended: 0, repeat: undefined },
      ...{ wasRefused: false, wasCancelled: false, isSettled: false },
    };
    this.#messages.set(call.key, seen);
    if (call.room && this.#waitingRooms.has(`${call.actor} ${call.room}`)) this.#held.add(call.key);
  }

  readonly #held = new Set<string>();

  #written(client: string, socket: number, id: number, key: string): void {
    this.#ids.set(`${client} ${id}`, key);
    const seen = this.#messages.get(key);
    if (!seen) return;
    const isRepeat = seen.sockets.size > 0;
    seen.sockets.add(socket);
    if (!isRepeat) return;
    this.#met("message repeated");
    seen.repeat = seen.begun === 0 ? "unseen" : seen.begun > seen.ended ? "running" : "done";
  }

  #answered(seen: Seen | undefined, code: string | undefined): void {
    if (!seen) return;
    if (seen.isSettled) this.#met("answer nobody waits for");
    if (code === "BUSY") this.#met("server busy");
    if (code === "RATE_LIMITED") this.#met("rate limited");
    if (code === "BUSY" || code === "RATE_LIMITED") seen.wasRefused = true;
    else if (code === "TIMEOUT") this.#met("deadline of the handler");
    else if (code === "OUTCOME_UNKNOWN") this.#met("outcome unknown");
    else if (seen.repeat === "done" && seen.begun === 1) this.#met("repeat answered from the store");
    else if (seen.repeat === "running" && seen.begun === 1) this.#met("repeat waited");
    else if (seen.repeat === "unseen" && seen.begun === 1) this.#met("repeat of what never arrived");
  }

  #settled({ key, outcome, t }: RecordOf<"settled">): void {
    const seen = this.#messages.get(key);
    if (!seen) return;
    seen.isSettled = true;
    if (outcome === "ok" && seen.wasRefused) this.#met("paced");
    if (outcome === "ok" && this.#held.has(key)) this.#met("waited for its room");
    if (outcome === "BUSY" && seen.sockets.size === 0 && t === seen.call.t) this.#met("outbox full");
    if (outcome === "TIMEOUT") this.#met("deadline of the client");
    if (outcome === "NOT_A_MEMBER") this.#met("not a member");
    if (outcome === "OUTCOME_UNKNOWN") this.#met("outcome unknown");
    if (outcome === "HANDLER_FAILED") this.#met("handler failed");
    if (outcome === "APP") this.#met("declared error");
    if (outcome === "CANCELLED" && seen.begun === 0) this.#met("cancelled before it began");
  }

  #begins({ key, run, connection }: RecordOf<"handler">): void {
    this.#runs.set(run, connection);
    const seen = this.#messages.get(key);
    if (!seen) return;
    if (++seen.begun > 1 && seen.call.idempotent) this.#met("handled again where that does no harm");
  }

  #ends({ key, run }: RecordOf<"handled">): void {
    const seen = this.#messages.get(key);
    if (seen) seen.ended++;
    if (this.#departed.has(this.#runs.get(run) ?? "")) this.#met("handler outlived its connection");
  }

  #cancels(seen: Seen | undefined): void {
    if (seen && seen.begun > seen.ended) this.#met("cancelled while it ran");
  }

  #welcomed(resumed: boolean, client: string): void {
    if (resumed) this.#met("resumed");
    else if (this.#welcomes.has(client)) this.#met("not resumed");
    this.#welcomes.add(client);
  }

  readonly #welcomes = new Set<string>();

  #byId(client: string, id: number | undefined): Seen | undefined {
    return this.#messages.get(this.#ids.get(`${client} ${id}`) ?? "");
  }
}
