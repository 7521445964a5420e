import type { Check } from "./contract-check.js";
import { checkContract } from "./contract-rules.js";
import type { MaybePromise, Result } from "./result.js";
import { RoomPatterns } from "./room-pattern.js";
import { quote, TautlineError } from "./tautline-error.js";
import { type Schema, validate } from "./validate.js";

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

/** What a contract brings along for its users, so that a client that knows its types alone bundles none of it. */
export interface ContractTools {
  /** Checks a value by a schema. Never throws. */
  readonly validate: (schema: Schema | undefined, value: unknown) => MaybePromise<Result<unknown>>;
  /** What goes on in the room of this name. Throws `UNKNOWN_ROOM` where no pattern matches it. */
  readonly roomNamed: (name: string) => RoomDefinition;
}

/** Where a contract keeps its {@link ContractTools}: unseen by whoever looks at its messages, events and rooms. */
const tools = Symbol.for("tautline.contract");

/** What a contract brought along; undefined for one that `defineContract` did not make. */
export function toolsOf(contract: ContractDefinition): ContractTools | undefined {
  return (contract as { readonly [tools]?: ContractTools })[tools];
}

/**
 * Says what a server and its clients tell each other. Both are built from the result: types follow from it, and data is
 * checked against it at both ends. The result is `contract` itself, or a copy where that is frozen.
 *
 * @throws `INVALID_CONTRACT`, naming the place, for what the types refuse too: unknown keys, reserved names, a client event
 * that is no event or shares a message's name, two room patterns that match the same names. Also for what only shows at run
 * time: a schema that is none, a name of more than 128 bytes, a pattern with an empty segment or one parameter twice.
 */
export function defineContract<const C extends ContractDefinition>(contract: C & Check<C>): C {
  checkContract(contract);
  const { rooms = {} }: ContractDefinition = contract;
  const patterns = new RoomPatterns(Object.keys(rooms));
  const roomNamed = (name: string): RoomDefinition => {
    const definition = rooms[patterns.match(name)?.pattern ?? ""];
    if (definition) return definition;
    throw new TautlineError("UNKNOWN_ROOM", `expected a room of the contract, got ${quote(name)}`);
  };
  const target = Object.isExtensible(contract) ? contract : { ...contract };
  return Object.defineProperty(target, tools, { value: { validate, roomNamed }, configurable: true });
}
