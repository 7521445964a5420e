// What a run does, all decided before it begins: so a run can be repeated, and made smaller by leaving out steps.

/** How a handler of the simulation behaves: the message itself says it. */
export interface Behaviour {
  /** How long it takes, in milliseconds. 0: it answers at once, without a promise. */
  readonly takesMs: number;
  readonly ends: "ok" | "throw" | "reject";
  /** How many events it publishes in the room, half of its time through. */
  readonly publishes: number;
  /** Whether it stops when its signal aborts. */
  readonly heeds: boolean;
}

/** What a program does with its client. `client`: its number, from 0. */
export type ClientStep =
  | {
      readonly do: "send";
      readonly client: number;
      readonly key: string;
      readonly kind: "send" | "request" | "publish";
      readonly room?: string | undefined;
      readonly idempotent: boolean;
      readonly behaviour: Behaviour;
      readonly timeoutMs: number;
      readonly abortAfterMs?: number | undefined;
      readonly bytes: number;
    }
  /** A volatile event of a member. */
  | { readonly do: "whisper"; readonly client: number; readonly key: string; readonly room: string }
  | {
      readonly do: "join";
      readonly client: number;
      readonly key: string;
      readonly room: string;
      readonly last?: number | undefined;
      /** A position from elsewhere: an old one, or one that never was. */
      readonly from?: { readonly epoch: string; readonly offset: number } | undefined;
      readonly timeoutMs: number;
    }
  /** A snapshot of the room's data is loaded from elsewhere, while the room stands still. */
  | {
      readonly do: "load";
      readonly client: number;
      readonly key: string;
      readonly room: string;
      readonly takesMs: number;
      readonly ends: "ok" | "throw";
      /** Whether it stops when its signal aborts. */
      readonly heeds: boolean;
      readonly timeoutMs: number;
    }
  | { readonly do: "leave"; readonly client: number; readonly key: string; readonly room: string }
  | { readonly do: "present"; readonly client: number; readonly room: string; readonly state: string }
  | { readonly do: "close" | "connect"; readonly client: number };

/** What the application of a node does. */
export type NodeStep =
  | {
      readonly do: "publish";
      readonly node: number;
      readonly key: string;
      readonly room: string;
      readonly volatile: boolean;
      readonly count: number;
      readonly bytes: number;
    }
  | { readonly do: "tell"; readonly node: number; readonly key: string; readonly user: string }
  | { readonly do: "broadcast"; readonly node: number; readonly key: string }
  /** All connections of a user are ended. */
  | { readonly do: "banish"; readonly node: number; readonly user: string }
  | { readonly do: "expel"; readonly client: number; readonly room: string }
  | { readonly do: "dismiss"; readonly client: number; readonly code: number };

/** What goes wrong. */
export type FaultStep =
  /** The client's connection is cut. */
  | { readonly do: "cut"; readonly client: number }
  /** The client's connection ends without a goodbye, after all that is under way: as when a proxy starts again. */
  | { readonly do: "fin"; readonly client: number }
  /** The client's connection is cut, and only this end of it is told. */
  | { readonly do: "cut-for-client" | "cut-for-server"; readonly client: number }
  /** From now on nothing passes in one direction, or in both, and nobody is told. */
  | { readonly do: "half-open"; readonly client: number; readonly way: "up" | "down" | "both" }
  /** Nothing passes for a while. */
  | { readonly do: "stall"; readonly client: number; readonly ms: number }
  /** The client does not read for a while. */
  | { readonly do: "read-late"; readonly client: number; readonly ms: number }
  /** The client's machine sleeps: its timers stand still, what arrives waits. */
  | { readonly do: "sleep"; readonly client: number; readonly ms: number }
  /** The client's device is online again, or looked at again. */
  | { readonly do: "wake-up"; readonly client: number }
  /** The client's token will be that of nobody for a while. */
  | { readonly do: "forget-token"; readonly client: number; readonly ms: number }
  /** Somebody else signs in at the client: its tokens are that user's from now on. */
  | { readonly do: "change-user"; readonly client: number; readonly user: string }
  /** The node refuses connections for a while. */
  | { readonly do: "refuse"; readonly node: number; readonly ms: number }
  /** The node closes each connection right after it was admitted, for a while. */
  | { readonly do: "sicken"; readonly node: number; readonly ms: number }
  /** The node cannot say who anybody is, for a while. */
  | { readonly do: "puzzle"; readonly node: number; readonly ms: number }
  /** The node stands still for a while: its timers come late. */
  | { readonly do: "freeze"; readonly node: number; readonly ms: number }
  /** The node's process ends without a word, and another begins. */
  | { readonly do: "crash"; readonly node: number; readonly downMs: number; readonly memory: "kept" | "lost" }
  /** The node has everyone come back elsewhere, ends, and another begins. */
  | { readonly do: "drain"; readonly node: number; readonly withinMs: number; readonly downMs: number }
  /** The broker loses all that it kept, and nobody is told. */
  | { readonly do: "amnesia" }
  /** The node gets nothing from the broker for a while, and is then told so. */
  | { readonly do: "deafen"; readonly node: number; readonly ms: number }
  /** The broker delivers to the node what it has delivered already, for a while. */
  | { readonly do: "echo"; readonly node: number; readonly ms: number };

/** One thing that happens. `at`: milliseconds from the beginning of the run. */
export type Step = { readonly at: number } & (ClientStep | NodeStep | FaultStep);

/** What a run has, and how much of it. */
export interface Setup {
  /** The user of each client. */
  readonly users: readonly string[];
  readonly nodes: number;
  /** Rooms with history and presence, and rooms without either. */
  readonly rooms: readonly string[];
  readonly history: {
    readonly size: number;
    readonly last: number;
    readonly maxRecovered: number;
    readonly ttlMs?: number | undefined;
  };
  readonly server: {
    readonly unanswered: number;
    readonly highWaterBytes: number;
    readonly limitBytes: number;
    readonly heartbeatMs: number;
    readonly graceMs: number;
    readonly handlerMs: number;
    /** Messages in ten seconds; null: no limit. */
    readonly rate: number | null;
    /** How long `authenticate` and `authorize` take. 0: they answer at once. */
    readonly thinkMs: number;
    /** How long a token lasts; null: for ever. */
    readonly tokenMs: number | null;
    /** How long a member that was cut off is kept in its rooms, and the record of a client's messages. */
    readonly presenceGraceMs: number;
    readonly answersTtlMs: number;
    /** Events kept for each user. */
    readonly userEvents: number;
  };
  readonly client: {
    readonly outbox: number;
    readonly minBackoffMs: number;
    readonly maxBackoffMs: number;
    readonly connectMs: number;
    readonly stableMs: number;
    readonly graceMs: number;
  };
  readonly network: {
    readonly latencyMs: readonly [number, number];
    readonly lossLagMs: readonly [number, number];
    readonly splitting: number;
    readonly windowBytes: number;
    readonly bytesPerMs: number;
    /** After how long without a message a proxy on the way ends a connection. */
    readonly idleMs: number;
  };
  /** How long the broker takes: to do what it is told, to say so, and to deliver. All 0: in the same turn. */
  readonly broker: { readonly applyMs: number; readonly replyMs: number; readonly deliverMs: number };
  /** When the faults end. */
  readonly quietAt: number;
}

/** A run, before it has run. */
export interface Schedule {
  readonly seed: number;
  readonly setup: Setup;
  readonly steps: readonly Step[];
}
