import {
  type ContractDefinition,
  type JoinRefusal,
  type JoinRequest,
  type JoinResult,
  patternOf,
  quote,
  TautlineError,
} from "@tautline/protocol";
import { ClientRoom, type RoomContext } from "./room.js";

/** The rooms of one client: one object a name. */
export class Registry {
  readonly #context: RoomContext;
  readonly #contract: ContractDefinition | undefined;
  readonly #rooms = new Map<string, ClientRoom>();

  /** @param contract - undefined: any name will do, and nothing is checked */
  constructor(contract: ContractDefinition | undefined, context: RoomContext) {
    this.#context = context;
    this.#contract = contract;
  }

  /** @throws `UNKNOWN_ROOM` where the contract has no pattern for the name */
  get(name: string): ClientRoom {
    const known = this.#rooms.get(name);
    if (known) return known;
    const definitions = this.#contract?.rooms ?? {};
    const definition = definitions[patternOf(Object.keys(definitions), name) ?? ""];
    if (this.#contract && !definition) {
      throw new TautlineError("UNKNOWN_ROOM", `expected a room of the contract, got ${quote(name)}`);
    }
    const room = new ClientRoom(name, definition, this.#context);
    this.#rooms.set(name, room);
    return room;
  }

  /** A room that the program has asked for before; the others are nobody's business. */
  find(name: string): ClientRoom | undefined {
    return this.#rooms.get(name);
  }

  /** Whether messages for this room must wait. */
  isHeld(name: string | undefined): boolean {
    return this.#rooms.get(name ?? "")?.state.kind === "joining";
  }

  /** Every room that is wanted, for a hello. */
  requests(): readonly JoinRequest[] {
    return [...this.#rooms.values()].flatMap(({ membership }) => membership.request() ?? []);
  }

  /** Connected: takes the answers of the welcome, and asks for what the hello did not. */
  restore(answers: readonly (JoinResult | JoinRefusal)[]): void {
    for (const answer of answers) {
      if ("error" in answer) this.find(answer.room)?.membership.failed(answer.error);
      else this.find(answer.room)?.joined(answer);
    }
    for (const { membership } of this.#rooms.values()) membership.restore();
  }

  suspend(): void {
    for (const room of this.#rooms.values()) room.suspend();
  }

  giveUp(error: TautlineError): void {
    for (const { membership } of this.#rooms.values()) membership.giveUp(error);
  }

  forget(): void {
    for (const { membership } of this.#rooms.values()) membership.forget();
  }
}
