import {
  type Gap,
  type JoinRequest,
  type JoinResult,
  type Left,
  TautlineError,
  type WireError,
} from "@tautline/protocol";
import type { Core } from "../core.js";
import type { Inbox } from "../inbox.js";
import { peerError } from "../peer-error.js";
import type { JoinOptions, Membership } from "../types.js";
import { Joins } from "./joins.js";
import { type RoomEffect, type RoomEvent, type RoomState, transition } from "./state.js";
import { Track } from "./track.js";

/** Errors that pass: the join is asked for again, until its deadline. */
const passing = ["RATE_LIMITED", "BUSY", "UNAVAILABLE", "TIMEOUT"];

/** A presence state, as it was said once: a new object each time, also where the state is the same object and has changed. */
type Shown = { readonly state: unknown } | undefined;

/** One client's membership in one room, over all its connections: what is wanted, what the server granted, how far it came. */
export abstract class RoomMembership extends Track {
  readonly name: string;
  readonly #core: Core;
  readonly #joins: Joins;
  #state: RoomState = { kind: "left" };
  #last: number | undefined;
  /** What the other members are to see. */
  #presence: Shown;
  /** What this connection was told of it. */
  #told: Shown;
  /** Joins that this connection carried and the server has not answered. */
  #asked = 0;
  /** Both for the connection that is being made, which may not replace the present one. */
  #greeted: readonly [asked: number, told?: Shown] = [0];
  #retry: unknown;
  /** How often the server put the join off, one after another. */
  #putOffs = 0;

  constructor(name: string, inbox: Inbox, core: Core) {
    super(inbox);
    this.name = name;
    this.#core = core;
    this.#joins = new Joins(core.clock, () => this.#dispatch({ kind: "leave" }));
  }

  get state(): RoomState {
    return this.#state;
  }

  /** Wants to be a member. */
  want(
    { last, position, presence }: JoinOptions<unknown>,
    timeoutMs: number,
    resolve: (membership: Membership) => void,
    reject: (error: unknown) => void,
  ): void {
    this.#last = last ?? this.#last;
    this.position ??= position;
    if (presence !== undefined) this.show(presence);
    this.#joins.add(timeoutMs, resolve, reject);
    if (this.#state.kind === "joined") this.#admit();
    else this.#dispatch({ kind: "want" });
  }

  leave(): void {
    this.#joins.leave();
  }

  /** What the other members see. */
  show(state: unknown): void {
    this.#presence = { state };
    this.#tellPresence();
  }

  /** What to ask for in a hello; undefined where the room is not wanted. */
  joinRequest(): JoinRequest | undefined {
    // Where nobody asked to be a member, the server's application did: it will do so again.
    const isWanted = this.#state.kind !== "left" && !this.#joins.isEmpty;
    this.#greeted = [isWanted ? 1 : 0, this.#presence];
    this.asked();
    return isWanted ? this.#request() : undefined;
  }

  /** The connection whose hello asked has replaced the one before. */
  welcomed(): void {
    [this.#asked, this.#told] = this.#greeted;
    if (this.#joins.isEmpty && this.#asked === 0) this.#dispatch({ kind: "leave" });
  }

  /** Asks for what was not asked for, and is not about to be asked for again; tells what was not told. */
  restore(): void {
    if (this.#state.kind === "joining" && this.#asked === 0 && !this.#retry) this.#ask();
    this.#tellPresence();
  }

  suspend(): void {
    this.#asked = 0;
    // The next hello asks.
    this.#endRetry();
    this.#dispatch({ kind: this.#joins.isEmpty ? "leave" : "suspend" });
  }

  /** No connection will come by itself. */
  giveUp(error: TautlineError): void {
    this.#endRetry();
    this.#joins.rejectWaiting(error);
  }

  /** The server says that the client is in, and from where the room goes on. */
  joined(result: JoinResult): void {
    const asked = this.#answered();
    // The room goes on from the answer to the last join, which is still to come.
    if (this.#asked > 0) return;
    if (!this.goOn(result)) {
      this.missing();
      return this.restore();
    }
    this.#dispatch({ kind: "joined", asked });
    this.#tellPresence();
  }

  /** The `$error` that answers a join. False where none was under way. */
  failed(error: WireError): boolean {
    if (!this.#answered()) return false;
    if (this.#asked > 0) return true;
    const refusal = peerError(error);
    if (passing.includes(refusal.code))
      this.#dispatch({ kind: "put-off", delayMs: this.#core.retryDelay(refusal, ++this.#putOffs) });
    else this.#dispatch({ kind: "refused", error: refusal });
    return true;
  }

  /** The server took the client out. */
  expelled({ error }: Left["data"]): void {
    const reason = error ?? { code: "CLOSED" as const, message: `taken out of ${this.name}` };
    this.#dispatch({ kind: "refused", error: peerError(reason) });
  }

  /** Of a membership that is over, or asked for anew, it says nothing. */
  override gap(gap: Gap["data"]): void {
    if (this.#state.kind === "joined") super.gap(gap);
  }

  override missing(): void {
    this.#dispatch({ kind: "hole" });
  }

  #dispatch(event: RoomEvent): void {
    const { state, effect } = transition(this.#state, event);
    const isNew = state !== this.#state;
    this.#state = state;
    if (effect) this.#carryOut(effect, event);
    if (!isNew) return;
    this.#core.rooms.keep(this);
    this.inbox.emit("state", state);
  }

  #carryOut(effect: RoomEffect, event: RoomEvent): void {
    const { clock, connection, requests } = this.#core;
    this.#endRetry();
    switch (effect) {
      case "ask":
        return this.#ask();
      case "ask-later":
        if (event.kind !== "put-off") return;
        this.#retry = clock.setTimeout(() => {
          this.#retry = undefined;
          this.#ask();
        }, event.delayMs);
        return;
      case "tell-leave":
        connection.tell("$leave", { room: this.name });
        return this.end(new TautlineError("CANCELLED", `left ${this.name}`));
      case "admit":
        this.#admit();
        return requests.flush();
      case "reject":
        if (event.kind === "refused") this.end(event.error);
    }
  }

  /** Not a member any more, and nobody tries to become one. */
  end(error: TautlineError): void {
    this.#putOffs = 0;
    this.#presence = this.#told = this.#last = undefined;
    this.forget(error);
    this.#joins.reject(error);
    this.#core.requests.rejectRoom(this.name, error);
  }

  /** What waited for the room may go. */
  #admit(): void {
    this.#putOffs = 0;
    this.#joins.admit(this.rejoined);
  }

  #endRetry(): void {
    this.#core.clock.clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #ask(): void {
    if (!this.#core.connection.tell("$join", this.#request())) return;
    this.#asked++;
    this.#told = this.#presence;
    this.asked();
  }

  /** It may have changed after a hello or a join said it, and before they were answered. */
  #tellPresence(): void {
    const shown = this.#presence;
    if (this.#state.kind !== "joined" || this.#told === shown) return;
    if (this.#core.connection.tell("$presence", { room: this.name, ...shown })) this.#told = shown;
  }

  /** Whether the server owed an answer to a join; it does no more. */
  #answered(): boolean {
    return this.#asked > 0 && this.#asked-- > 0;
  }

  #request(): JoinRequest {
    return { room: this.name, ...this.position, last: this.#last, presence: this.#presence?.state };
  }
}
