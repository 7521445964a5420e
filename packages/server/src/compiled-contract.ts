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

/** Each message in a room asks for it by name, and most are of rooms that others have just asked for. */
const maxRecent = 1_024;

/** A contract in maps: names come from peers, and a peer may choose `constructor`. */
export class CompiledContract {
  readonly messages: ReadonlyMap<string, MessageDefinition>;
  readonly events: ReadonlyMap<string, EventDefinition>;
  readonly rooms: ReadonlyMap<string, CompiledRoom>;
  readonly #patterns: RoomPatterns;
  /** Names that were taken apart of late, in two generations: the older goes when the newer is full. */
  #recent = new Map<string, NamedRoom>();
  #earlier: ReadonlyMap<string, NamedRoom> = new Map();

  constructor(contract: ContractDefinition) {
    this.messages = new Map(Object.entries(contract.messages ?? {}));
    this.events = new Map(Object.entries(contract.events ?? {}));
    const rooms = Object.entries(contract.rooms ?? {});
    this.rooms = new Map(rooms.map(([pattern, room]) => [pattern, compileRoom(pattern, room)]));
    this.#patterns = new RoomPatterns([...this.rooms.keys()]);
  }

  /** The room of this name; undefined if it belongs to no pattern. */
  room(name: string): NamedRoom | undefined {
    return this.#recent.get(name) ?? this.#remember(this.#earlier.get(name) ?? this.#takeApart(name));
  }

  #takeApart(name: string): NamedRoom | undefined {
    const match = this.#patterns.match(name);
    const definition = match && this.rooms.get(match.pattern);
    // Handlers of many messages are given the same parameters: none may change them for the others.
    return definition && { name, definition, params: Object.freeze(match.params) };
  }

  #remember(room: NamedRoom | undefined): NamedRoom | undefined {
    if (!room) return undefined;
    if (this.#recent.size >= maxRecent) {
      this.#earlier = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(room.name, room);
    return room;
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
