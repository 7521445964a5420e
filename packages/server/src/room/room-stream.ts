import {
  type Clock,
  type Codec,
  type Gap,
  type MaybePromise,
  type Position,
  stepTo,
  type TimerHandle,
} from "@tautline/protocol";
import type { Broker, Delivery, Subscriber, Subscription } from "../broker/broker.js";
import type { HistoryPage, ReadRange, StreamState } from "../broker/history.js";
import { attempt, whenReady } from "../maybe-promise.js";
import { type CatchUpRoom, catchUp, liveAfter } from "./catch-up.js";
import { fanOut } from "./fan-out.js";
import type { Membership } from "./membership.js";
import type { Verdict } from "./recovery.js";
import type { RecoveryTotals } from "./recovery-totals.js";
import type { ReplayFrames, ReplayRun } from "./replay-frames.js";
import type { RoomObserver } from "./room-observer.js";
import type { RoomSettings } from "./room-options.js";

/** What a stream needs of its room. */
export interface StreamRoom {
  readonly name: string;
  readonly wireName: string;
  readonly settings: RoomSettings;
  /** Of all rooms. */
  readonly context: StreamContext;
  readonly members: Iterable<Membership>;
  /** The broker was cut off: more than publications may have been missed. */
  interrupted(): void;
  /** The broker failed where nobody waits for the answer. */
  failed(error: unknown): void;
}

/** What all streams of a node share. */
export interface StreamContext {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly totals: RecoveryTotals;
  readonly observer: RoomObserver;
  readonly replayFrames: ReplayFrames;
}

/** Of a stream that nothing is known of yet. */
const nowhere: Position = { epoch: "", offset: 0 };

/** How long after a failed read of history the next one is tried, in milliseconds. */
const retryMs = 1_000;

/** What is published in one room, as this node receives it, and how each member gets it: live, or from history. */
export class RoomStream implements CatchUpRoom, Subscriber {
  /** Of the newest publication that was delivered to this node. */
  position: Position = nowhere;
  readonly #room: StreamRoom;
  #subscription: Subscription | undefined;
  /** Members for whom history could not be read. */
  #stuck: Set<Membership> | undefined;
  #retry: TimerHandle;
  #closed = false;

  constructor(room: StreamRoom) {
    this.#room = room;
  }

  get wireName(): string {
    return this.#room.wireName;
  }

  /**
   * Subscribes, and only then learns where history stands: what is published in between is delivered.
   *
   * @returns what was found; undefined without history.
   */
  open(): MaybePromise<StreamState | undefined> {
    const { name, context } = this.#room;
    return whenReady(context.broker.subscribe(name, this), (subscription) => {
      this.#subscription = subscription;
      if (this.#closed) return whenReady(subscription.unsubscribe(), () => undefined);
      return whenReady(this.look(), (state) => {
        if (state && this.position.epoch === "") this.position = { epoch: state.epoch, offset: state.head };
        return state;
      });
    });
  }

  /** Where history stands now; undefined without history. */
  look(): MaybePromise<StreamState | undefined> {
    const { name, settings, context } = this.#room;
    return settings.retention && context.broker.history.open(name, settings.retention);
  }

  /** Gives a member who is there what follows its verdict, and from then on what is published. */
  start(membership: Membership, verdict: Verdict): void {
    const { epoch = "", offset = 0, head = 0, recovered, reason } = verdict;
    const { totals, observer } = this.#room.context;
    if (recovered) totals.recovered++;
    if (reason) totals.gaps[reason]++;
    observer.joined(membership.connection, this.wireName, verdict);
    membership.epoch = epoch;
    if (!this.#room.settings.retention) membership.progress = liveAfter(0);
    // There is nothing to read where it missed nothing, and nothing was delivered between the verdict and now.
    else if (offset === head && stepTo({ epoch, offset }, this.position) === "duplicate")
      membership.progress = liveAfter(offset);
    else this.#lead(membership, offset);
  }

  close(): MaybePromise<void> {
    this.#closed = true;
    this.#room.context.replayFrames.forget(this);
    this.#room.context.clock.clearTimeout(this.#retry);
    return this.#subscription?.unsubscribe();
  }

  delivered(delivery: Delivery): void {
    const { position, timestamp } = delivery;
    const place = { room: this.wireName, offset: position?.offset, timestamp };
    const step = position ? stepTo(this.position, position) : "next";
    if (step === "duplicate") return;
    const before = this.position;
    const lagging = step === "next" ? fanOut(delivery, place, this.#room.members) : [];
    // Only now: a fan-out that failed is made good from history.
    if (position) this.position = position;
    for (const membership of lagging) {
      this.#room.context.totals.lagged++;
      this.#lead(membership, before.offset);
    }
    if (step !== "next") this.#resume(before);
  }

  interrupted(cause?: unknown): void {
    const room = this.#room;
    if (cause !== undefined) room.failed(cause);
    if (room.settings.retention) this.#resume(this.position);
    room.interrupted();
  }

  read(range: ReadRange): MaybePromise<HistoryPage> {
    const { name, settings, context } = this.#room;
    const { broker } = context;
    const { retention = { size: 0, bytes: 0 } } = settings;
    const found = whenReady(broker.history.read(name, range, retention), (page) => {
      if (page) return page;
      // The broker has lost the stream: a new life of it begins here.
      return whenReady(broker.history.open(name, retention), (state) => ({ ...state, publications: [] }));
    });
    return whenReady(found, (page) => {
      this.#adopt(page);
      return page;
    });
  }

  runOf(page: HistoryPage, first: number, codec: Codec): ReplayRun {
    return this.#room.context.replayFrames.runOf(this, page, { first, codec });
  }

  lost({ connection }: Membership, { data }: Gap): void {
    const { totals, observer } = this.#room.context;
    totals.gaps[data.reason]++;
    observer.gap(connection, data);
  }

  /** History may be the first to tell that the stream has begun a new life. */
  #adopt({ epoch, head }: HistoryPage): void {
    const before = this.position;
    if (epoch === before.epoch) return;
    this.position = { epoch, offset: head };
    this.#resume(before);
  }

  /** Lets every live member go on from history: each has got everything up to `reached`. */
  #resume(reached: Position): void {
    for (const membership of this.#room.members) {
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
        const { clock } = this.#room.context;
        this.#room.failed(error);
        if (this.#closed) return;
        this.#stuck ??= new Set();
        this.#stuck.add(membership);
        this.#retry ??= clock.setTimeout(() => this.#leadAgain(), retryMs);
      },
    );
  }

  #leadAgain(): void {
    this.#retry = undefined;
    const stuck = this.#stuck ?? [];
    this.#stuck = undefined;
    for (const membership of stuck) {
      const { progress } = membership;
      if (progress.kind === "catching-up") this.#lead(membership, progress.cursor);
    }
  }
}
