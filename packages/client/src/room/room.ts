import type {
  Envelope,
  Gap,
  JoinResult,
  Position,
  Presence,
  PresenceMember,
  RoomDefinition,
  WireError,
} from "@tautline/protocol";
import { checkPlace } from "../breach.js";
import type { Check } from "../check.js";
import { timeoutOf } from "../deadline.js";
import type { Listener, ListenOptions } from "../emitter.js";
import { InOrder } from "../in-order.js";
import { Inbox } from "../inbox.js";
import { messageStream } from "../message-stream.js";
import type { ClientSettings } from "../options.js";
import { peerError } from "../peer-error.js";
import { invalid } from "../reconnecting-websocket/options.js";
import type { Requests } from "../requests.js";
import type { Draft, Sending, SendingContext } from "../sending.js";
import type {
  JoinOptions,
  LoadFrom,
  Membership,
  PublicationMessage,
  SendOptions,
  StreamOptions,
} from "../types.js";
import { watched } from "../watched-promise.js";
import { RoomMembership } from "./membership.js";
import { PresenceView } from "./presence.js";
import { checkedMembers } from "./presence-check.js";
import type { RoomState } from "./state.js";

/** What a room needs of its client. */
export interface RoomContext extends SendingContext {
  readonly settings: ClientSettings;
  readonly requests: Requests;
  readonly sending: Sending;
  readonly check: Check;
  /** The room is in use. */
  keep(room: ClientRoom): void;
  /** Calls `listener` when the client is closed. */
  onClose(listener: () => void): () => void;
}

/** One room of one client, behind the types of the contract. */
export class ClientRoom {
  readonly name: string;
  readonly #context: RoomContext;
  readonly #definition: RoomDefinition | undefined;
  readonly #membership: RoomMembership;
  readonly #inbox: Inbox;
  /** What the program says of itself. */
  readonly #stateChecks: InOrder;
  readonly #presence = new PresenceView();

  constructor(name: string, definition: RoomDefinition | undefined, context: RoomContext) {
    this.name = name;
    this.#definition = definition;
    this.#context = context;
    this.#inbox = new Inbox(definition, context.check, context.report);
    this.#stateChecks = new InOrder(context.report);
    this.#membership = new RoomMembership(name, {
      settings: context.settings,
      tell: (envelope) => context.tell(envelope),
      changed: (state) => {
        context.keep(this);
        this.#inbox.emit("state", state);
      },
      gap: (gap) => this.#inbox.pass(gap, () => this.#inbox.emit("gap", gap)),
      admitted: () => context.requests.flush(),
      ended: (error) => {
        this.#presence.clear();
        context.requests.rejectRoom(name, error);
      },
    });
  }

  get state(): RoomState {
    return this.#membership.state;
  }

  get position(): Position | undefined {
    return this.#membership.track.position;
  }

  get presence(): readonly PresenceMember[] {
    return this.#presence.members;
  }

  get presenceCount(): number {
    return this.#presence.count;
  }

  join(options: JoinOptions<unknown> = {}): Promise<Membership> {
    const { clock, report, settings } = this.#context;
    return watched(clock, report, (resolve, reject) => {
      const { last = 0, position = {}, timeoutMs: given } = options;
      // One bad join would spoil the hello, and with it the joins of all other rooms.
      if (!(Number.isSafeInteger(last) && last >= 0)) throw invalid("last", "an integer from 0", last);
      checkPlace(position);
      this.#context.open();
      const timeoutMs = timeoutOf(given, settings.joinTimeoutMs);
      const join = (): void => this.#membership.join(options, timeoutMs, resolve, reject);
      if (options.presence === undefined) join();
      else this.#withState(options.presence, join, reject);
    });
  }

  load<T>(load: (from: LoadFrom) => T | PromiseLike<T>, options?: JoinOptions<unknown>): Promise<T> {
    const { clock, report } = this.#context;
    return watched(clock, report, (resolve, reject) => {
      this.#load(load, options).then(resolve, reject);
    });
  }

  leave(): void {
    this.#membership.leave();
  }

  setPresence(state: unknown): Promise<void> {
    const { clock, report } = this.#context;
    return watched(clock, report, (resolve, reject) => {
      this.#withState(state, () => resolve(this.#membership.setPresence(state)), reject);
    });
  }

  send(type: string, data?: unknown, options?: SendOptions): Promise<void> {
    const { sending, settings } = this.#context;
    return sending.send(this.#draft(type, data, options, settings.sendTimeoutMs));
  }

  request(type: string, data?: unknown, options?: SendOptions): Promise<unknown> {
    const { sending, settings } = this.#context;
    return sending.request(this.#draft(type, data, options, settings.requestTimeoutMs));
  }

  publish(type: string, data?: unknown, options?: SendOptions): Promise<void> {
    const { sending, settings } = this.#context;
    const event = this.#definition?.events?.[type];
    const draft = { ...this.#draft(type, data, options, settings.sendTimeoutMs), definition: event };
    return event?.volatile ? sending.sendVolatile(draft) : sending.send(draft);
  }

  on(type: string, listener: Listener<never>, options?: ListenOptions): () => void {
    this.#context.keep(this);
    return this.#inbox.on(type, listener as Listener<unknown>, options);
  }

  events(type: string, options: StreamOptions = {}): AsyncIterableIterator<PublicationMessage<unknown>> {
    const { onClose } = this.#context;
    return messageStream(options, (push, end) => {
      const removers = [this.on(type, push as Listener<never>), onClose(end)];
      return () => {
        for (const remove of removers) remove();
      };
    });
  }

  /** Whether nobody would notice if it were forgotten. */
  get isIdle(): boolean {
    return this.state.kind === "left" && this.#inbox.isEmpty;
  }

  /** What a registry drives. */
  get membership(): RoomMembership {
    return this.#membership;
  }

  suspend(): void {
    this.#presence.suspend();
    this.#membership.suspend();
  }

  joined(result: JoinResult): void {
    // A snapshot follows; changes to an earlier one mean nothing any more.
    this.#presence.suspend();
    this.#membership.joined(result);
  }

  expelled(error: WireError | undefined): void {
    const reason = error ?? { code: "CLOSED" as const, message: `taken out of ${this.name}` };
    this.#membership.expelled(peerError(reason));
  }

  /** An `$error` that names the room. False where it is no answer to a join. */
  failed(error: WireError): boolean {
    return this.#membership.failed(error);
  }

  gap(gap: Gap["data"]): void {
    this.#membership.gap(gap);
  }

  publication(publication: Envelope): void {
    if (this.#membership.accepts(publication.offset)) this.#inbox.deliver(publication);
  }

  presenceChanged(update: Presence["data"]): void {
    const { check, report } = this.#context;
    const checkState = (state: unknown) => check(this.#definition, "presence", state);
    this.#inbox.pass(checkedMembers(update, checkState, report), (members) => {
      // The answer to a join that was taken back meanwhile: nobody would tell how it goes on.
      if (this.state.kind === "left") return;
      const change = this.#presence.apply(update, members);
      if (change === "hole") return this.#membership.missing();
      if (!change) return;
      this.#inbox.emit("presence", this.presence);
      for (const member of change.joined) this.#inbox.emit("joined", member);
      for (const member of change.left) this.#inbox.emit("left", member);
    });
  }

  async #load<T>(
    load: (from: LoadFrom) => T | PromiseLike<T>,
    options: JoinOptions<unknown> | undefined,
  ): Promise<T> {
    const { leave } = await this.join(options);
    const { track } = this.#membership;
    try {
      return await track.load(async (from) => {
        // What came up to the position is told before the snapshot that contains it.
        await new Promise<void>((resolve) => this.#inbox.pass(undefined, resolve));
        return load(from);
      });
    } finally {
      if (track.hasSkipped()) this.#membership.missing();
      leave();
    }
  }

  /** Goes on with a presence state that the contract allows and JSON can say: it is part of every hello from now on. */
  #withState(state: unknown, then: () => void, reject: (error: unknown) => void): void {
    // Throws where it is not; nowhere does it stand deeper.
    this.#context.speech.encode({ type: "$hello", data: { rooms: [{ presence: state }] } });
    this.#stateChecks.pass(this.#context.check(this.#definition, "presence", state), (checked) => {
      if (checked.ok) then();
      else reject(checked.error);
    });
  }

  #draft(type: string, data: unknown, options: SendOptions | undefined, timeoutMs: number): Draft {
    const messages = this.#definition?.messages;
    return { type, room: this.name, data, definition: messages?.[type], options, timeoutMs };
  }
}
