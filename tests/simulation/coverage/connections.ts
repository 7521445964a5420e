import type { HistoryRecord, RecordOf } from "../history/record.js";
import type { Met, Observer, Wire, WireEnvelope } from "./observer.js";

/** What is known of one client's connection. */
interface Seen {
  state: string;
  user: string | undefined;
  /** Sockets made since it was last connected. */
  attempts: number;
  readonly open: Set<number>;
  /** The socket whose hello is not answered yet. */
  greeting: number | undefined;
  /** A ping of its own that was not answered yet. */
  pinged: number | undefined;
  wasAskedToLeave: boolean;
  sleptWhile: string | undefined;
}

/** Looks on at sockets, handshakes, silences and nodes. */
export class ConnectionObserver implements Observer {
  readonly #met: Met;
  readonly #clients = new Map<string, Seen>();
  readonly #welcomed = new Set<number>();

  constructor(met: Met) {
    this.#met = met;
  }

  recorded(record: HistoryRecord): void {
    switch (record.op) {
      case "client":
        return this.#client(record);
      case "socket":
        return this.#socket(record);
      case "departed":
        if (record.code === 4409) this.#met("replaced");
        return;
      case "asleep":
        this.#of(record.actor).sleptWhile = this.#connection(record.actor);
        return;
      case "fault":
        return this.#fault(record);
      case "forgot":
        this.#met("crashed and lost its memory");
        return;
      default:
        return;
    }
  }

  passed({ client, socket, from, envelope }: Wire): void {
    const { type, error } = envelope;
    const seen = this.#of(client);
    if (from === "client") {
      if (type === "$hello") seen.greeting = socket;
      if (type === "ping") seen.pinged = socket;
      if (type === "$token") this.#met("token renewed");
      return;
    }
    if (type === "$welcome") {
      this.#welcomed.add(socket);
      seen.greeting = undefined;
    }
    const isMoving = seen.state === "connected" && seen.greeting !== undefined;
    if (isMoving && isUnkept(envelope)) this.#met("unkept over a connection that is left");
    if (type === "pong" && seen.pinged === socket) {
      this.#met("probe answered");
      seen.pinged = undefined;
    }
    if (type === "$reconnect") {
      this.#met("asked to come back");
      seen.wasAskedToLeave = true;
    }
    if (type === "$error" && error?.code === "UNAUTHENTICATED") this.#met("token refused");
    if (type === "$error" && error?.code === "UNAVAILABLE") this.#met("told to come back later");
    const isAwake = seen.sleptWhile !== undefined && seen.sleptWhile === this.#connection(client);
    if (isAwake && type === "pong") this.#met("slept over its deadlines");
  }

  #fault({ kind, of = "" }: RecordOf<"fault">): void {
    if (kind === "freeze") this.#met("node stood still");
    if (kind === "crash") this.#met("crashed and kept its memory");
    if (this.#clients.get(of)?.state !== "connected") return;
    if (kind === "fin") this.#met("ended without a goodbye");
    if (kind === "idle") this.#met("idle for too long");
    if (kind === "cut-for-client") this.#met("lost, and only the client was told");
    if (kind === "cut-for-server") this.#met("lost, and only the server was told");
  }

  #client({ actor, outcome, user, code }: RecordOf<"client">): void {
    const seen = this.#of(actor);
    // Left without an end of its socket: it was the client that gave it up.
    const isLeft = seen.state === "connected" && outcome === "connecting" && !seen.wasAskedToLeave;
    if (isLeft) this.#met("half-open found by the client");
    if (outcome === "connected") {
      if (seen.attempts > 2) this.#met("attempt after attempt");
      seen.attempts = 0;
      seen.wasAskedToLeave = false;
      seen.user = user;
      const same = [...this.#clients.values()].filter(
        (other) => other.user === user && other.state === "connected",
      );
      if (same.length > 0) this.#met("several clients of one user");
    }
    if (code === "UNAUTHENTICATED") this.#met("token refused");
    if (code === "USER_CHANGED") this.#met("user changed");
    seen.state = outcome;
  }

  #socket({ actor, socket, outcome }: RecordOf<"socket">): void {
    const seen = this.#of(actor);
    if (outcome === "made") {
      seen.attempts++;
      seen.open.add(socket);
      if (seen.open.size > 1) this.#met("two sockets for a moment");
      return;
    }
    seen.open.delete(socket);
    if (seen.greeting === socket) seen.greeting = undefined;
    if (outcome === "let-go" || this.#welcomed.has(socket)) return;
    this.#met(seen.state === "connecting" ? "cut before its welcome" : "refused while it opened");
  }

  #connection(client: string): string | undefined {
    const { state, open } = this.#of(client);
    return state === "connected" ? [...open].join() : undefined;
  }

  #of(client: string): Seen {
    const known = this.#clients.get(client);
    if (known) return known;
    const seen: Seen = {
      ...{ state: "idle", user: undefined, attempts: 0, open: new Set<number>() },
      ...{ greeting: undefined, pinged: undefined, wasAskedToLeave: false, sleptWhile: undefined },
    };
    this.#clients.set(client, seen);
    return seen;
  }
}

/** Whether it is the application's, and has no offset that tells whether it came before. */
function isUnkept({ type, id, offset }: WireEnvelope): boolean {
  return id === undefined && offset === undefined && !/^(\$|p[io]ng$)/.test(type);
}
