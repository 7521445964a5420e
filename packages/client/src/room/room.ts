import type {
  Envelope,
  JoinResult,
  Presence,
  PresenceMember,
  RoomDefinition,
  TautlineError,
} from "@tautline/protocol";
import { checkPlace } from "../breach.js";
import type { Core } from "../core.js";
import { timeoutOf } from "../deadline.js";
import type { Listener, ListenOptions } from "../emitter.js";
import { Inbox } from "../inbox.js";
import { messageStream } from "../message-stream.js";
import { invalid } from "../reconnecting-websocket/options.js";
import { type Sender, sender } from "../sending.js";
import type { JoinOptions, LoadFrom, Membership, PublicationMessage, StreamOptions } from "../types.js";
import { RoomMembership } from "./membership.js";
import { PresenceView } from "./presence.js";
import { checkedMembers } from "./presence-check.js";

/** One room of one client as the program holds it, behind the types of the contract. */
export class ClientRoom extends RoomMembership {
  readonly send: Sender;
  readonly request: Sender;
  readonly publish: Sender;
  readonly #core: Core;
  readonly #definition: RoomDefinition | undefined;
  readonly #presence = new PresenceView();

  constructor(name: string, definition: RoomDefinition | undefined, core: Core) {
    super(name, new Inbox(definition, core), core);
    this.#definition = definition;
    this.#core = core;
    this.send = sender(core, false, definition?.messages, name);
    this.request = sender(core, true, definition?.messages, name);
    this.publish = sender(core, false, definition?.events, name);
  }

  get presence(): readonly PresenceMember[] {
    return this.#presence.members;
  }

  get presenceCount(): number {
    return this.#presence.count;
  }

  join(options: JoinOptions<unknown> = {}): Promise<Membership> {
    const core = this.#core;
    return core.promise((resolve, reject) => {
      const { last = 0, position = {}, timeoutMs: given } = options;
      // One bad join would spoil the hello, and with it the joins of all other rooms.
      if (!(Number.isSafeInteger(last) && last >= 0)) throw invalid("last", "an integer from 0", last);
      checkPlace(position);
      core.open();
      const timeoutMs = timeoutOf(given, core.settings.joinTimeoutMs);
      const join = (): void => this.want(options, timeoutMs, resolve, reject);
      if (options.presence === undefined) join();
      else this.#withState(options.presence, join, reject);
    });
  }

  load<T>(load: (from: LoadFrom) => T | PromiseLike<T>, options?: JoinOptions<unknown>): Promise<T> {
    const joined = async (): Promise<T> => {
      const { leave } = await this.join(options);
      return this.standStill(load).finally(leave);
    };
    return this.#core.promise((resolve, reject) => {
      joined().then(resolve, reject);
    });
  }

  setPresence(state: unknown): Promise<void> {
    return this.#core.promise((resolve, reject) => {
      this.#withState(state, () => resolve(this.show(state)), reject);
    });
  }

  on(type: string, listener: Listener<never>, options?: ListenOptions): () => void {
    this.#core.rooms.keep(this);
    return this.inbox.on(type, listener as Listener<unknown>, options);
  }

  events(type: string, options: StreamOptions = {}): AsyncIterableIterator<PublicationMessage<unknown>> {
    const { inbox } = this.#core;
    return messageStream(options, (push, end) => {
      const removers = [
        this.on(type, push as Listener<never>),
        inbox.on("state", () => this.#core.connection.state.kind === "closed" && end()),
      ];
      return () => {
        for (const remove of removers) remove();
      };
    });
  }

  /** Whether nobody would notice if it were forgotten. */
  get isIdle(): boolean {
    return this.state.kind === "left" && this.inbox.isEmpty;
  }

  override suspend(): void {
    this.#presence.suspend();
    super.suspend();
  }

  override joined(result: JoinResult): void {
    // A snapshot follows; pages of an earlier one, and changes to it, mean nothing any more, also those that are still being checked.
    this.inbox.pass(undefined, () => this.#presence.suspend());
    super.joined(result);
  }

  override publication(publication: Envelope): void {
    if (this.state.kind === "joined") super.publication(publication);
  }

  override end(error: TautlineError): void {
    this.#presence.clear();
    super.end(error);
  }

  presenceChanged(update: Presence["data"]): void {
    const { check, report } = this.#core;
    const checkState = (state: unknown) => check(this.#definition, "presence", state);
    this.inbox.pass(checkedMembers(update, checkState, report), (members) => {
      // The answer to a join that was taken back meanwhile: nobody would tell how it goes on.
      if (this.state.kind === "left") return;
      const change = this.#presence.apply(update, members);
      if (change === "hole") return this.missing();
      if (!change) return;
      this.inbox.emit("presence", this.presence);
      for (const member of change.joined) this.inbox.emit("joined", member);
      for (const member of change.left) this.inbox.emit("left", member);
    });
  }

  /** Goes on with a presence state that the contract allows and JSON can say: it is part of every hello from now on. */
  #withState(state: unknown, then: () => void, reject: (error: unknown) => void): void {
    // Throws where it is not; nowhere does it stand deeper.
    this.#core.settings.speech.encode({ type: "$hello", data: { rooms: [{ presence: state }] } });
    this.#core.pass(this.#core.check(this.#definition, "presence", state), then, reject);
  }
}
