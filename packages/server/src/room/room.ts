import {
  type Clock,
  type JoinRequest,
  type MaybePromise,
  type Position,
  stepTo,
  type TimerHandle,
} from "@tautline/protocol";
import type { Broker, Delivery, Subscriber, Subscription } from "../broker/broker.js";
import type { HistoryPage, ReadRange } from "../broker/history.js";
import { attempt, whenReady } from "../maybe-promise.js";
import { type CatchUpRoom, catchUp } from "./catch-up.js";
import { fanOut } from "./fan-out.js";
import { Membership } from "./membership.js";
import { RoomPresence } from "./presence.js";
import { judge, type Verdict } from "./recovery.js";
import type { RoomConnection } from "./room-connection.js";
import type { RoomSettings } from "./room-options.js";

/** What all rooms of a node share. */
export interface RoomContext {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly node: string;
  /** The broker failed where nobody waits for the answer. */
  failed(room: string, error: unknown): void;
}

/** How long after a failed read of history the next one is tried, in milliseconds. */
const retryMs = 1_000;

/** One room, as long as it has members on this node. */
export class Room implements CatchUpRoom, Subscriber {
  readonly name: string;
  readonly wireName: string;
  readonly settings: RoomSettings;
  /** Of the newest publication that was delivered to this node. */
  position: Position = { epoch: "", offset: 0 };
  readonly #context: RoomContext;
  readonly #members = new Map<RoomConnection, Membership>();
  /** How many announced connections each member has. */
  readonly #announced = new Map<string, number>();
  readonly #presence: RoomPresence | undefined;
  #opened: { readonly ready: MaybePromise<void> } | undefined;
  #subscription: Subscription | undefined;
  #retry: TimerHandle;
  #closed = false;

  constructor(name: string, settings: RoomSettings, context: RoomContext) {
    this.name = name;
    this.wireName = settings.wireName ?? name;
    this.settings = settings;
    this.#context = context;
    if (!settings.presence) return;
    const { node, clock, broker } = context;
    const { wireName } = this;
    this.#presence = new RoomPresence({ room: name, wireName, node, clock, store: broker.presence });
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  get connections(): Iterable<RoomConnection> {
    return this.#members.keys();
  }

  /** To be awaited before anything else. Every call gives the same result. */
  open(): MaybePromise<void> {
    this.#opened ??= { ready: this.#open() };
    return this.#opened.ready;
  }

  /** Lets a connection in, or puts it back to the start of a join. It is given nothing before {@link start}. */
  admit(connection: RoomConnection, presence: unknown): Membership {
    const membership = this.#members.get(connection) ?? new Membership(connection);
    membership.progress = { kind: "admitted" };
    if (presence !== undefined) membership.state = presence;
    this.#members.set(connection, membership);
    return membership;
  }

  /** Where a join begins. */
  judge(request: JoinRequest): MaybePromise<Verdict> {
    const { retention } = this.settings;
    if (!retention) return judge(request, undefined, this.settings);
    const state = this.#context.broker.history.open(this.name, retention);
    return whenReady(state, (known) => judge(request, known, this.settings));
  }

  /** Gives a member who is there, what it missed, and from then on what is published. */
  start(membership: Membership, { epoch = "", offset = 0 }: Verdict): void {
    membership.epoch = epoch;
    if (this.settings.retention) this.#lead(membership, offset);
    else membership.progress = { kind: "live", after: 0 };
    this.#showPresence(membership);
  }

  /** Counts a connection as joined; true for the first one of its member. */
  announce(membership: Membership): boolean {
    if (membership.announced) return false;
    membership.announced = true;
    const { member } = membership.connection;
    const connections = this.#announced.get(member) ?? 0;
    this.#announced.set(member, connections + 1);
    return connections === 0;
  }

  /** Takes a connection out; true if it was the last announced one of its member. */
  remove(membership: Membership): boolean {
    const { connection, announced } = membership;
    membership.progress = { kind: "gone" };
    this.#members.delete(connection);
    const presence = this.#presence;
    if (presence) this.#attempt(() => presence.leave(connection));
    if (!announced) return false;
    const others = (this.#announced.get(connection.member) ?? 1) - 1;
    if (others > 0) this.#announced.set(connection.member, others);
    else this.#announced.delete(connection.member);
    return others === 0;
  }

  setPresence(membership: Membership, state: unknown): MaybePromise<void> {
    membership.state = state;
    return this.#presence?.set(membership.connection, state);
  }

  close(): void {
    this.#closed = true;
    this.#context.clock.clearTimeout(this.#retry);
    this.#attempt(() => this.#subscription?.unsubscribe());
    this.#attempt(() => this.#presence?.close());
  }

  /** @internal Called by the broker. */
  delivered(delivery: Delivery): void {
    const { position, timestamp } = delivery;
    const place = { room: this.wireName, offset: position?.offset, timestamp };
    const step = position ? stepTo(this.position, position) : "next";
    if (step === "duplicate") return;
    const before = this.position;
    if (step === "next") fanOut(delivery, place, this.#members.values());
    // Only now: a fan-out that failed is made good from history.
    if (position) this.position = position;
    if (step !== "next") this.#resume(before);
  }

  /** @internal Called by the broker. */
  interrupted(cause?: unknown): void {
    if (cause !== undefined) this.#context.failed(this.name, cause);
    if (this.settings.retention) this.#resume(this.position);
  }

  /** @internal A page of history, for catching up. */
  read(range: ReadRange): MaybePromise<HistoryPage> {
    const { retention = { size: 0, bytes: 0 } } = this.settings;
    const { history } = this.#context.broker;
    const found = whenReady(history.read(this.name, range, retention), (page) => {
      if (page) return page;
      // The broker has lost the stream: a new life of it begins here.
      return whenReady(history.open(this.name, retention), (state) => ({ ...state, publications: [] }));
    });
    return whenReady(found, (page) => {
      this.#adopt(page);
      return page;
    });
  }

  /** History may be the first to tell that the stream has begun a new life. */
  #adopt({ epoch, head }: HistoryPage): void {
    const before = this.position;
    if (epoch === before.epoch) return;
    this.position = { epoch, offset: head };
    this.#resume(before);
  }

  /** Subscribes, and only then learns where history stands: what is published in between is delivered. */
  #open(): MaybePromise<void> {
    return whenReady(this.#context.broker.subscribe(this.name, this), (subscription) => {
      this.#subscription = subscription;
      if (this.#closed) return subscription.unsubscribe();
      return whenReady(this.#openHistory(), () => this.#presence?.open());
    });
  }

  #openHistory(): MaybePromise<void> {
    const { retention } = this.settings;
    if (!retention) return;
    return whenReady(this.#context.broker.history.open(this.name, retention), ({ epoch, head }) => {
      if (this.position.epoch === "") this.position = { epoch, offset: head };
    });
  }

  /** Lets every live member go on from history: each has got everything up to `reached`. */
  #resume(reached: Position): void {
    for (const membership of this.#members.values()) {
      const { progress, epoch } = membership;
      if (progress.kind !== "live") continue;
      const { after } = progress;
      this.#lead(membership, epoch === reached.epoch ? Math.max(after, reached.offset) : after);
    }
  }

  #lead(membership: Membership, cursor: number): void {
    attempt(
      () => catchUp(membership, cursor, this),
      (error) => {
        this.#context.failed(this.name, error);
        if (!this.#closed) this.#retry ??= this.#context.clock.setTimeout(() => this.#leadAgain(), retryMs);
      },
    );
  }

  #leadAgain(): void {
    this.#retry = undefined;
    for (const membership of this.#members.values()) {
      const { progress } = membership;
      if (progress.kind === "catching-up") this.#lead(membership, progress.cursor);
    }
  }

  #showPresence(membership: Membership): void {
    const presence = this.#presence;
    if (!presence) return;
    const { connection } = membership;
    this.#attempt(() =>
      whenReady(presence.set(connection, membership.state), () => {
        // It may have left while the store was asked, and what was set have come after what was removed.
        if (membership.isGone) return presence.leave(connection);
        presence.follow(connection, membership.state);
      }),
    );
  }

  #attempt(act: () => MaybePromise<unknown>): void {
    attempt(act, (error) => this.#context.failed(this.name, error));
  }
}
