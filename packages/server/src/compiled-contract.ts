import {
  type ContractDefinition,
  type EventDefinition,
  type MessageDefinition,
  type RoomDefinition,
  RoomPatterns,
  type Schema,
} from "@tautline/protocol";
import { InOrder } from "./in-order.js";

/** What goes on in the rooms of one pattern, by name. */
export interface CompiledRoom {
  readonly pattern: string;
  readonly messages: ReadonlyMap<string, MessageDefinition>;
  readonly events: ReadonlyMap<string, EventDefinition>;
  readonly clientEvents: ReadonlySet<string>;
  /** Undefined: the room has no presence. */
  readonly presence: Schema | undefined;
  /** What the application publishes is checked in order, where schemas are asynchronous. */
  readonly order: InOrder;
}

/** A room's name, taken apart, with what goes on there. */
export interface NamedRoom {
  readonly name: string;
  readonly definition: CompiledRoom;
  readonly params: Readonly<Record<string, string>>;
}

/** A contract in maps: names come from peers, and a peer may choose `constructor`. */
export class CompiledContract {
  readonly messages: ReadonlyMap<string, MessageDefinition>;
  readonly events: ReadonlyMap<string, EventDefinition>;
  readonly rooms: ReadonlyMap<string, CompiledRoom>;
  readonly #patterns: RoomPatterns;

  constructor(contract: ContractDefinition) {
    this.messages = new Map(Object.entries(contract.messages ?? {}));
    this.events = new Map(Object.entries(contract.events ?? {}));
    const rooms = Object.entries(contract.rooms ?? {});
    this.rooms = new Map(rooms.map(([pattern, room]) => [pattern, compileRoom(pattern, room)]));
    this.#patterns = new RoomPatterns([...this.rooms.keys()]);
  }

  /** The room of this name; undefined if it belongs to no pattern. */
  room(name: string): NamedRoom | undefined {
    const match = this.#patterns.match(name);
    const definition = match && this.rooms.get(match.pattern);
    return definition && { name, definition, params: match.params };
  }
}

function compileRoom(pattern: string, room: RoomDefinition): CompiledRoom {
  return {
    pattern,
    messages: new Map(Object.entries(room.messages ?? {})),
    events: new Map(Object.entries(room.events ?? {})),
    clientEvents: new Set(room.clientEvents),
    presence: room.presence,
    order: new InOrder(),
  };
}
