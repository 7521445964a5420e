import type { ContractTools, JoinRefusal, JoinRequest, JoinResult, TautlineError } from "@tautline/protocol";
import type { Core } from "../core.js";
import type { RoomMembership } from "./membership.js";
import { OwnStream, ownStream } from "./own-stream.js";
import { ClientRoom } from "./room.js";

/** What publications, and answers to joins, go to. */
export type Stream = Pick<ClientRoom, "failed" | "gap" | "joined" | "publication"> &
  Partial<Pick<ClientRoom, "expelled" | "presenceChanged">>;

/** How many rooms may be kept that are not in use: neither wanted nor listened to. */
const maxIdle = 1_000;

/** The rooms of one client: one object a name. */
export class Registry {
  readonly #core: Core;
  readonly #tools: ContractTools | undefined;
  readonly #own: OwnStream;
  readonly #rooms = new Map<string, ClientRoom>();
  /** Those that were let go: the program may hold them still, and use them again. */
  readonly #idle = new Map<string, WeakRef<ClientRoom>>();

  /** @param tools - undefined: any name will do, and nothing is checked */
  constructor(tools: ContractTools | undefined, core: Core) {
    this.#tools = tools;
    this.#core = core;
    this.#own = new OwnStream(core);
  }

  /** @throws `UNKNOWN_ROOM` where the contract has no pattern for the name */
  get(name: string): ClientRoom {
    const known = this.#rooms.get(name) ?? this.#idle.get(name)?.deref();
    if (known) return known;
    const definition = this.#tools?.roomNamed(name);
    this.#letGo();
    const room = new ClientRoom(name, definition, this.#core);
    this.keep(room);
    return room;
  }

  /** The room is in use. */
  keep(room: RoomMembership): void {
    // No membership is anything else.
    this.#rooms.set(room.name, room as ClientRoom);
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
    return this.#all().flatMap((stream) => stream.joinRequest() ?? []);
  }

  /** Connected: takes the answers of the welcome, and asks for what the hello did not. */
  restore(answers: readonly (JoinResult | JoinRefusal)[]): void {
    for (const room of this.#rooms.values()) room.welcomed();
    for (const answer of answers) {
      if ("error" in answer) this.find(answer.room)?.failed(answer.error);
      else this.find(answer.room)?.joined(answer);
    }
    this.ask();
  }

  /** Asks for what is wanted and was not asked for. */
  ask(): void {
    for (const room of this.#rooms.values()) room.restore();
  }

  suspend(): void {
    for (const stream of this.#all()) stream.suspend();
  }

  giveUp(error: TautlineError): void {
    for (const room of this.#rooms.values()) room.giveUp(error);
  }

  forget(error: TautlineError): void {
    // Under another user no position holds, nor what is loaded at one: the rooms are joined anew.
    for (const stream of this.#all()) stream.forget(error);
  }

  #all(): (OwnStream | ClientRoom)[] {
    return [this.#own, ...this.#rooms.values()];
  }

  #letGo(): void {
    if (this.#rooms.size < maxIdle) return;
    for (const [name, room] of this.#idle) if (!room.deref()) this.#idle.delete(name);
    for (const [name, room] of this.#rooms) {
      if (room.isIdle && this.#rooms.delete(name)) this.#idle.set(name, new WeakRef(room));
    }
  }
}
