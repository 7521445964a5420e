import type { Clock, JoinRequest, MaybePromise } from "@tautline/protocol";
import type { Broker } from "../broker/broker.js";
import type { StreamState } from "../broker/history.js";
import { attempt, onFailure, whenReady } from "../maybe-promise.js";
import { SmallSet } from "../small-set.js";
import type { Membership } from "./membership.js";
import { RoomPresence } from "./presence.js";
import { judge, type Verdict } from "./recovery.js";
import type { RecoveryTotals } from "./recovery-totals.js";
import type { ReplayFrames } from "./replay-frames.js";
import type { RoomObserver } from "./room-observer.js";
import type { RoomSettings } from "./room-options.js";
import { RoomStream, type StreamRoom } from "./room-stream.js";

/** When a member is shown to the others again, after the store could not say that it was, in milliseconds. */
const retryMs = 5_000;

/** What all rooms of a node share. */
export interface RoomContext {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly node: string;
  readonly totals: RecoveryTotals;
  readonly observer: RoomObserver;
  readonly replayFrames: ReplayFrames;
  /** The broker failed where nobody waits for the answer. */
  failed(room: string, error: unknown): void;
}

/** One room, as long as it has members on this node: who they are, what they get, who they see. */
export class Room implements StreamRoom {
  readonly name: string;
  readonly settings: RoomSettings;
  readonly context: RoomContext;
  readonly #members = new SmallSet<Membership>();
  /** How many announced connections each member has. Undefined: nobody was ever announced, as in a user's own stream. */
  #announced: Map<string, number> | undefined;
  readonly #stream: RoomStream;
  readonly #presence: RoomPresence | undefined;
  #isOpened = false;
  #opening: MaybePromise<void> | undefined;

  constructor(name: string, settings: RoomSettings, context: RoomContext) {
    const { presence } = settings;
    this.name = name;
    this.settings = settings;
    this.context = context;
    this.#stream = new RoomStream(this);
    if (!presence) return;
    const { node, clock, broker } = context;
    const failed = (error: unknown) => this.failed(error);
    const where = { room: name, wireName: this.wireName, node, clock, store: broker.presence, failed };
    this.#presence = new RoomPresence({ ...presence, ...where });
  }

  get wireName(): string {
    return this.settings.wireName ?? this.name;
  }

  /** Whether nobody is here, and nobody is waited for. */
  get isEmpty(): boolean {
    return this.#members.size === 0 && !this.#announced?.size;
  }

  get members(): Iterable<Membership> {
    return this.#members.values();
  }

  /** Members that are behind, or were away, and still read history. */
  get catchingUp(): number {
    let count = 0;
    for (const { progress } of this.members) if (progress.kind === "catching-up") count++;
    return count;
  }

  /** Lets a connection in, or puts a member back to the start of a join. It is given nothing before {@link start}. */
  admit(membership: Membership, presence: unknown): void {
    membership.progress = { kind: "admitted" };
    if (presence !== undefined) membership.shown.state = presence;
    this.#members.add(membership);
  }

  /** Where a join begins. */
  judge(request: JoinRequest): MaybePromise<Verdict> {
    return whenReady(this.#look(), (state) => judge(request, state, this.settings));
  }

  /** Gives a member who is there, what it missed, and from then on what is published. */
  start(membership: Membership, verdict: Verdict): void {
    this.#stream.start(membership, verdict);
    this.#showPresence(membership);
  }

  /** Counts a connection as joined; true for the first one of its member. */
  announce(membership: Membership): boolean {
    if (membership.announced) return false;
    membership.announced = true;
    const { member } = membership.connection;
    this.#announced ??= new Map();
    const connections = this.#announced.get(member) ?? 0;
    this.#announced.set(member, connections + 1);
    return connections === 0;
  }

  /** Gives a connection nothing any more. Its member stays here until {@link remove}. */
  detach(membership: Membership): void {
    const { connection } = membership;
    membership.progress = { kind: "gone" };
    this.#members.delete(membership);
    connection.forgetConflated(this.wireName);
    this.#presence?.unfollow(connection);
  }

  /** Takes a connection's member out; true if it was the last announced connection of its member. */
  remove(membership: Membership): boolean {
    const { connection, announced } = membership;
    const presence = this.#presence;
    if (presence) this.#attempt(() => presence.leave(connection));
    if (!announced || !this.#announced) return false;
    const others = (this.#announced.get(connection.member) ?? 1) - 1;
    if (others > 0) this.#announced.set(connection.member, others);
    else this.#announced.delete(connection.member);
    return others === 0;
  }

  setPresence(membership: Membership, state: unknown): MaybePromise<void> {
    membership.shown.state = state;
    return this.#presence?.set(membership.connection, state);
  }

  /** More than publications may have been missed. */
  interrupted(): void {
    this.#attempt(() => this.#presence?.refresh());
  }

  /** The broker failed where nobody waits for the answer. */
  failed(error: unknown): void {
    this.context.failed(this.name, error);
  }

  close(): void {
    this.#attempt(() => this.#stream.close());
    this.#attempt(() => this.#presence?.close());
  }

  /** Where history stands, for a join. The first one opens the room, and the others wait until it is open. */
  #look(): MaybePromise<StreamState | undefined> {
    if (this.#isOpened) return whenReady(this.#opening, () => this.#stream.look());
    // What was found after this join was asked for is as good as looking once more. To a later one it may be old.
    let found: StreamState | undefined;
    this.#opening = whenReady(this.#stream.open(), (state) => {
      found = state;
      return this.#presence?.open();
    });
    this.#isOpened = true;
    return whenReady(this.#opening, () => found);
  }

  #showPresence(membership: Membership): void {
    const presence = this.#presence;
    if (!presence) return;
    const { connection, shown } = membership;
    const turn = ++shown.turn;
    // Nothing of a snapshot before this join may come after its answer.
    presence.unfollow(connection);
    const show = () =>
      whenReady(presence.set(connection, shown.state), () => {
        // It may have left while the store was asked, and what was set have come after what was removed.
        if (membership.isGone) return presence.leave(connection);
        if (shown.turn === turn) presence.follow(connection, shown.state);
      });
    // Otherwise it would see nobody, and nobody would see it, for as long as it stays.
    const again = () => !membership.isGone && shown.turn === turn && this.#showPresence(membership);
    this.#attempt(() => onFailure(show, () => this.context.clock.setTimeout(again, retryMs)));
  }

  #attempt(act: () => MaybePromise<unknown>): void {
    attempt(act, (error) => this.failed(error));
  }
}
