import type { ContractTools, JoinRefusal, JoinRequest, JoinResult, TautlineError } from "@tautline/protocol";
import type { RoomMembership } from "./membership.js";
import { type OwnStream, ownStream } from "./own-stream.js";
import { ClientRoom, type RoomContext } from "./room.js";

/** What publications, and answers to joins, go to. */
export type Stream = Pick<ClientRoom, "failed" | "gap" | "joined" | "publication"> &
  Partial<Pick<ClientRoom, "expelled" | "presenceChanged">>;

/** How many rooms may be kept that are not in use: neither wanted nor listened to. */
const maxIdle = 1_000;

/** The rooms of one client: one object a name. */
export class Registry {
  readonly #context: RoomContext;
  readonly #tools: ContractTools | undefined;
  readonly #own: OwnStream;
  readonly #rooms = new Map<string, ClientRoom>();
  /** Those that were let go: the program may hold them still, and use them again. */
  readonly #idle = new Map<string, WeakRef<ClientRoom>>();

  /** @param tools - undefined: any name will do, and nothing is checked */
  constructor(tools: ContractTools | undefined, own: OwnStream, context: Omit<RoomContext, "keep">) {
    this.#context = { ...context, keep: (room) => this.#rooms.set(room.name, room) };
    this.#tools = tools;
    this.#own = own;
  }

  /** @throws `UNKNOWN_ROOM` where the contract has no pattern for the name */
  get(name: string): ClientRoom {
    const known = this.#rooms.get(name) ?? this.#idle.get(name)?.deref();
    if (known) return known;
    const definition = this.#tools?.roomNamed(name);
    this.#letGo();
    const room = new ClientRoom(name, definition, this.#context);
    this.#rooms.set(name, room);
    return room;
  }

  /** A room that the program has asked for before, or the user's own stream; the others are nobody's business. */
  find(name: string): Stream | undefined {
    return name === ownStream ? this.#own : this.#rooms.get(name);
  }

  /** Whether messages for this room must wait. */
  isHeld(name: string | undefined): boolean {
    return this.#rooms.get(name ?? "")?.state.kind === "joining";
  }

  /** Every room that is wanted, for a hello. */
  requests(): readonly JoinRequest[] {
    return [this.#own, ...this.#memberships()].flatMap((wanted) => wanted.request() ?? []);
  }

  /** Connected: takes the answers of the welcome, and asks for what the hello did not. */
  restore(answers: readonly (JoinResult | JoinRefusal)[]): void {
    for (const membership of this.#memberships()) membership.welcomed();
    for (const answer of answers) {
      if ("error" in answer) this.find(answer.room)?.failed(answer.error);
      else this.find(answer.room)?.joined(answer);
    }
    this.ask();
  }

  /** Asks for what is wanted and was not asked for. */
  ask(): void {
    for (const membership of this.#memberships()) membership.restore();
  }

  suspend(): void {
    for (const stream of [this.#own, ...this.#rooms.values()]) stream.suspend();
  }

  giveUp(error: TautlineError): void {
    for (const membership of this.#memberships()) membership.giveUp(error);
  }

  forget(error: TautlineError): void {
    // Under another user no position holds, nor what is loaded at one: the rooms are joined anew.
    for (const { track } of [this.#own, ...this.#memberships()]) track.end(error);
  }

  #memberships(): RoomMembership[] {
    return Array.from(this.#rooms.values(), ({ membership }) => membership);
  }

  #letGo(): void {
    if (this.#rooms.size < maxIdle) return;
    for (const [name, room] of this.#idle) if (!room.deref()) this.#idle.delete(name);
    for (const [name, room] of this.#rooms) {
      if (room.isIdle && this.#rooms.delete(name)) this.#idle.set(name, new WeakRef(room));
    }
  }
}
