import type { Check } from "./contract-check.js";
import { isReservedType } from "./envelope.js";
import { rankOf } from "./room-pattern.js";
import { TautlineError } from "./tautline-error.js";
import type { Schema } from "./validate.js";

/** A message that a client sends. Without `reply` it is acknowledged, with it it is answered. */
export interface MessageDefinition {
  /** What it carries. Left out: nothing. */
  readonly data?: Schema | undefined;
  /** What its handler answers. */
  readonly reply?: Schema | undefined;
  /** Errors the handler may give by `reject(name, data)`. */
  readonly errors?: { readonly [name: string]: Schema } | undefined;
  /** Whether handling it twice does no harm: then it is sent again where the outcome is unknown. @default false */
  readonly idempotent?: boolean | undefined;
}

/** An event that a server sends, or that is published in a room. */
export interface EventDefinition {
  /** What it carries. Left out: nothing. */
  readonly data?: Schema | undefined;
  /** Whether it is never kept in history, and dropped for readers that cannot keep up. @default false */
  readonly volatile?: boolean | undefined;
}

/** What goes on in the rooms of one pattern. */
export interface RoomDefinition {
  /** Messages to the server from members of the room. */
  readonly messages?: { readonly [name: string]: MessageDefinition } | undefined;
  /** Publications: every member gets them. */
  readonly events?: { readonly [name: string]: EventDefinition } | undefined;
  /** The events that a member may publish itself, without a handler on the server. */
  readonly clientEvents?: readonly string[] | undefined;
  /** What a member tells about itself to the others. Left out: the room has no presence. */
  readonly presence?: Schema | undefined;
}

/** What two peers agree on. */
export interface ContractDefinition {
  /** Messages from clients to the server. */
  readonly messages?: { readonly [name: string]: MessageDefinition } | undefined;
  /** Events from the server to one connection, one user or everyone. */
  readonly events?: { readonly [name: string]: EventDefinition } | undefined;
  /** Rooms by the pattern of their names: segments between slashes, `:name` for a parameter. */
  readonly rooms?: { readonly [pattern: string]: RoomDefinition } | undefined;
}

/** The names that a client's and a room's own events have: no application event may take them. */
export const reservedEvents: readonly string[] = [
  "state",
  "error",
  "gap",
  "presence",
  "joined",
  "left",
  "close",
];

const contractKeys = ["messages", "events", "rooms"];
const roomKeys = ["messages", "events", "clientEvents", "presence"];
const messageKeys = ["data", "reply", "errors", "idempotent"];
const eventKeys = ["data", "volatile"];

/**
 * Says what a server and its clients tell each other. Both are built from the result: types follow from it, and data is
 * checked against it at both ends.
 *
 * @throws `INVALID_CONTRACT` for unknown keys, reserved names, a room's message and client event of one name, and two
 * room patterns that match the same names. The types refuse the same.
 */
export function defineContract<const C extends ContractDefinition>(contract: C & Check<C>): C {
  onlyKeys("the contract", contract, contractKeys);
  checkNames("", contract);
  const patterns = new Map<string, string>();
  for (const [pattern, room] of Object.entries(contract.rooms ?? {})) {
    checkPattern(pattern, patterns);
    onlyKeys(pattern, room, roomKeys);
    checkNames(`${pattern} `, room);
    checkClientEvents(pattern, room);
  }
  return contract;
}

function checkNames(where: string, scope: RoomDefinition | ContractDefinition): void {
  for (const [name, message] of Object.entries(scope.messages ?? {})) {
    onlyKeys(`${where}${name}`, message, messageKeys);
    if (isReservedType(name)) throw invalid(`${where}${name}: this name belongs to the protocol`);
  }
  for (const [name, event] of Object.entries(scope.events ?? {})) {
    onlyKeys(`${where}${name}`, event, eventKeys);
    if (isReservedType(name) || reservedEvents.includes(name)) {
      throw invalid(`${where}${name}: this name belongs to the protocol`);
    }
  }
}

function checkPattern(pattern: string, seen: Map<string, string>): void {
  const segments = pattern.split("/");
  if (pattern.startsWith("$") || segments.some((segment) => segment === "" || segment === ":")) {
    throw invalid(`room ${pattern}: expected non-empty segments and no '$' at the beginning`);
  }
  const rank = rankOf(segments);
  const twin = seen.get(rank);
  if (twin !== undefined) throw invalid(`rooms ${twin} and ${pattern} match the same names`);
  seen.set(rank, pattern);
}

function checkClientEvents(pattern: string, room: RoomDefinition): void {
  for (const name of room.clientEvents ?? []) {
    if (!Object.hasOwn(room.events ?? {}, name))
      throw invalid(`${pattern} clientEvents: '${name}' is not among its events`);
    if (Object.hasOwn(room.messages ?? {}, name)) {
      throw invalid(`${pattern} ${name}: a message and a client event cannot share a name`);
    }
  }
}

function onlyKeys(where: string, definition: object, known: readonly string[]): void {
  const stray = Object.keys(definition).find((key) => !known.includes(key));
  if (stray !== undefined) throw invalid(`${where}: unknown key '${stray}', expected ${known.join(", ")}`);
}

function invalid(text: string): TautlineError {
  return new TautlineError("INVALID_CONTRACT", text);
}
