import type { Clock, JoinRequest, MaybePromise } from "@tautline/protocol";
import type { Broker } from "../broker/broker.js";
import { attempt, onFailure, whenReady } from "../maybe-promise.js";
import { Membership } from "./membership.js";
import { RoomPresence } from "./presence.js";
import type { Verdict } from "./recovery.js";
import type { RecoveryTotals } from "./recovery-totals.js";
import type { RoomConnection } from "./room-connection.js";
import type { RoomObserver } from "./room-observer.js";
import type { RoomSettings } from "./room-options.js";
import { RoomStream } from "./room-stream.js";

/** When a member is shown to the others again, after the store could not say that it was, in milliseconds. */
const retryMs = 5_000;

/** What all rooms of a node share. */
export interface RoomContext {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly node: string;
  readonly totals: RecoveryTotals;
  readonly observer: RoomObserver;
  /** The broker failed where nobody waits for the answer. */
  failed(room: string, error: unknown): void;
}

/** One room, as long as it has members on this node: who they are, what they get, who they see. */
export class Room {
  readonly name: string;
  readonly wireName: string;
  readonly settings: RoomSettings;
  readonly #context: RoomContext;
  readonly #members = new Map<RoomConnection, Membership>();
  /** How many announced connections each member has. */
  readonly #announced = new Map<string, number>();
  readonly #stream: RoomStream;
  readonly #presence: RoomPresence | undefined;
  #opened: { readonly ready: MaybePromise<void> } | undefined;

  constructor(name: string, settings: RoomSettings, context: RoomContext) {
    const { node, clock, broker, totals, observer } = context;
    const { wireName = name, presence } = settings;
    this.name = name;
    this.wireName = wireName;
    this.settings = settings;
    this.#context = context;
    const failed = (error: unknown) => context.failed(name, error);
    this.#stream = new RoomStream({
      ...{ name, wireName, settings, broker, clock, totals, observer, failed },
      members: () => this.#members.values(),
      interrupted: () => this.#attempt(() => this.#presence?.refresh()),
    });
    if (!presence) return;
    const where = { room: name, wireName, node, clock, store: broker.presence, failed };
    this.#presence = new RoomPresence({ ...presence, ...where });
  }

  /** Whether nobody is here, and nobody is waited for. */
  get isEmpty(): boolean {
    return this.#members.size === 0 && this.#announced.size === 0;
  }

  get connections(): Iterable<RoomConnection> {
    return this.#members.keys();
  }

  /** Members that are behind, or were away, and still read history. */
  get catchingUp(): number {
    let count = 0;
    for (const { progress } of this.#members.values()) if (progress.kind === "catching-up") count++;
    return count;
  }

  /** To be awaited before anything else. Every call gives the same result. */
  open(): MaybePromise<void> {
    this.#opened ??= { ready: whenReady(this.#stream.open(), () => this.#presence?.open()) };
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
    return this.#stream.judge(request);
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
    const connections = this.#announced.get(member) ?? 0;
    this.#announced.set(member, connections + 1);
    return connections === 0;
  }

  /** Gives a connection nothing any more. Its member stays here until {@link remove}. */
  detach(membership: Membership): void {
    const { connection } = membership;
    membership.progress = { kind: "gone" };
    this.#members.delete(connection);
    connection.forgetConflated(this.wireName);
    this.#presence?.unfollow(connection);
  }

  /** Takes a connection's member out; true if it was the last announced connection of its member. */
  remove(membership: Membership): boolean {
    const { connection, announced } = membership;
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
    this.#attempt(() => this.#stream.close());
    this.#attempt(() => this.#presence?.close());
  }

  #showPresence(membership: Membership): void {
    const presence = this.#presence;
    if (!presence) return;
    const { connection } = membership;
    const show = () =>
      whenReady(presence.set(connection, membership.state), () => {
        // It may have left while the store was asked, and what was set have come after what was removed.
        if (membership.isGone) return presence.leave(connection);
        presence.follow(connection, membership.state);
      });
    // Otherwise it would see nobody, and nobody would see it, for as long as it stays.
    const again = () => !membership.isGone && this.#showPresence(membership);
    this.#attempt(() => onFailure(show, () => this.#context.clock.setTimeout(again, retryMs)));
  }

  #attempt(act: () => MaybePromise<unknown>): void {
    attempt(act, (error) => this.#context.failed(this.name, error));
  }
}
