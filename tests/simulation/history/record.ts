// What a run leaves behind: one record a line, in the order in which things happened. The checker reads nothing else, so
// that it can judge a run of real processes as well as one of the simulator.

/** A place in a room's history, as the wire names it. */
export interface Place {
  readonly epoch: string;
  readonly offset: number;
}

/** What the run allows: the checker's bounds. */
export interface Rules {
  /** What each room keeps, in publications and milliseconds of age; rooms that are not named keep nothing. */
  readonly kept: Readonly<Record<string, { readonly size: number; readonly ttlMs?: number | undefined }>>;
  /** Rooms whose members see each other. */
  readonly presence: readonly string[];
  /** Messages of one client that may wait for their answers at once, written or not. */
  readonly outbox: number;
  /** Messages of one connection that may be in handlers at once. */
  readonly unanswered: number;
  /** How long a handler may take before its message is answered without it, in milliseconds. */
  readonly handlerMs: number;
  /** Bytes that may wait to be read by one peer. */
  readonly bufferedBytes: number;
  /** Sockets that one client may make in any ten seconds. */
  readonly attempts: number;
  /** How late a timer may come, in milliseconds: in the simulator hardly, on a busy machine very. @default 50 */
  readonly lateMs?: number | undefined;
}

/** How a call ended: "ok", or the code of its error. */
export type Outcome = string;

/** What a program and its client did and met. The actor is the client. */
export type ClientFact =
  /** A message is handed to the client. */
  | {
      readonly op: "call";
      readonly key: string;
      /** A whisper is an event that nobody keeps: taken at once, or dropped. */
      readonly kind: "send" | "request" | "publish" | "whisper";
      readonly room?: string | undefined;
      readonly idempotent: boolean;
      /** When the promise must have settled, in milliseconds of the client's own clock from now; null: whenever. */
      readonly withinMs: number | null;
    }
  /** Its promise settled. `run`: the handler's run that the reply names. */
  | {
      readonly op: "settled";
      readonly key: string;
      readonly outcome: Outcome;
      readonly run?: number | undefined;
    }
  /** Wants to be in a room; from a position that the program had from elsewhere, or anew. */
  | {
      readonly op: "join";
      readonly room: string;
      readonly key: string;
      readonly withinMs: number | null;
      readonly from?: Place | undefined;
    }
  | { readonly op: "joined"; readonly room: string; readonly key: string; readonly outcome: Outcome }
  /** Wants to load a snapshot of a room. */
  | { readonly op: "load"; readonly room: string; readonly key: string; readonly withinMs: null }
  /** Loads it: from this position, as it was told. Again, where a gap has made it out of date. */
  | {
      readonly op: "loading";
      readonly room: string;
      readonly key: string;
      readonly place?: Place | undefined;
    }
  | { readonly op: "loaded"; readonly room: string; readonly key: string; readonly outcome: Outcome }
  | { readonly op: "leave"; readonly room: string; readonly key: string }
  /** The room's state changed. With the position the client says it stands at. */
  | {
      readonly op: "membership";
      readonly room: string;
      readonly outcome: "left" | "joining" | "joined";
      readonly place?: Place | undefined;
      readonly code?: string | undefined;
    }
  | {
      readonly op: "publication";
      readonly room: string;
      readonly key: string;
      /** Undefined: not kept. */
      readonly offset?: number | undefined;
    }
  | {
      readonly op: "gap";
      readonly room: string;
      readonly reason: string;
      readonly place?: Place | undefined;
      readonly from?: number | undefined;
      readonly to?: number | undefined;
    }
  /** An event of the server to the client's user, or to everyone. */
  | { readonly op: "event"; readonly key: string; readonly to: string }
  /** Events to the user are missing; they go on after this place. */
  | { readonly op: "missed"; readonly reason: string; readonly place?: Place | undefined }
  /** Everyone the client says is in the room, each with what it tells of itself. */
  | { readonly op: "presence"; readonly room: string; readonly members: Members }
  | { readonly op: "came" | "went"; readonly room: string; readonly member: string }
  | {
      readonly op: "client";
      readonly outcome: "idle" | "connecting" | "connected" | "waiting" | "closed";
      readonly code?: string | undefined;
      readonly connection?: string | undefined;
      readonly user?: string | undefined;
      readonly member?: string | undefined;
    }
  | { readonly op: "error"; readonly code: string }
  /** A socket of the client: made, let go of by the client, ended. */
  | { readonly op: "socket"; readonly socket: number; readonly outcome: "made" | "let-go" | "ended" }
  /** The client says hello on a socket. */
  | { readonly op: "greeted"; readonly socket: number }
  /** The program wants a connection, or none. */
  | { readonly op: "connect" | "close" }
  /** Its timers and sockets stand still, or go on. */
  | { readonly op: "asleep" | "awake" };

/** Members by their public names, each with the state it tells. */
export type Members = Readonly<Record<string, string>>;

/** What a server did. The actor is the node. */
export type NodeFact =
  | {
      readonly op: "admitted";
      readonly connection: string;
      readonly user: string;
      readonly member: string;
    }
  | { readonly op: "departed"; readonly connection: string; readonly code: number }
  /** A handler begins. */
  | {
      readonly op: "handler";
      readonly key: string;
      readonly run: number;
      readonly connection: string;
      readonly room?: string | undefined;
    }
  /** A message of this connection is answered without its handler, which has had its time. */
  | { readonly op: "overdue"; readonly connection: string }
  | { readonly op: "handled"; readonly key: string; readonly run: number; readonly outcome: Outcome }
  /** What the node counted of itself: totals since its process began. */
  | { readonly op: "figures"; readonly figures: Readonly<Record<string, unknown>> }
  /** An event is sent to a user, by `to`. */
  | { readonly op: "told"; readonly key: string; readonly to: string }
  /** Bytes that wait for one peer, at their most. */
  | { readonly op: "buffered"; readonly connection: string; readonly bytes: number }
  /** A publication leaves for a connection, though not necessarily arrives: as its own end of the wire sees it. */
  | {
      readonly op: "wire";
      readonly connection: string;
      readonly type: "$joined" | "$left" | "publication";
      readonly room: string;
    };

/** What the broker kept and carried: the truth that readers are compared with. The actor is "broker". */
export type BrokerFact =
  | { readonly op: "append"; readonly room: string; readonly key: string; readonly place: Place }
  | { readonly op: "publish"; readonly room: string; readonly key: string }
  /** All that was kept is lost; with the whole broker, who had begun which message, too. */
  | { readonly op: "forgot"; readonly all?: true };

/** What the run itself says. The actor is "world". */
export type WorldFact =
  | { readonly op: "rules"; readonly rules: Rules }
  /** Something goes wrong on purpose. */
  | { readonly op: "fault"; readonly kind: string; readonly of?: string | undefined }
  /** No fault from here on: all must converge. */
  | { readonly op: "quiet" }
  /** Where a client stands with a room after the quiet end. `told`: what it tells the others of itself. */
  | {
      readonly op: "standing";
      readonly client: string;
      readonly room: string;
      readonly outcome: "left" | "joining" | "joined";
      readonly place?: Place | undefined;
      readonly members: Members;
      readonly told: string;
    }
  /** A client that is connected after the quiet end. */
  | { readonly op: "online"; readonly client: string }
  /** Something that should be nothing after all clients have gone. */
  | { readonly op: "left-over"; readonly what: string; readonly count: number };

/** What happened. */
export type Fact = ClientFact | NodeFact | BrokerFact | WorldFact;

/** One line of the record: when, by the clock of the run in milliseconds, and who. */
export type HistoryRecord = { readonly t: number; readonly actor: string } & Fact;

/** The record of one kind of fact. */
export type RecordOf<Op extends Fact["op"]> = Extract<HistoryRecord, { readonly op: Op }>;
