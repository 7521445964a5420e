import type { ContractDefinition, RoomDefinition } from "./contract.js";
import { isReservedType } from "./envelope.js";
import { fitsBytes, limits } from "./limits.js";
import { isRoomShaped } from "./room-name.js";
import { rankOf } from "./room-pattern.js";
import { quote, TautlineError } from "./tautline-error.js";

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

/** Refuses what may not stand in a contract at a place: the keys that lead there. */
type Rule<Value = unknown> = (value: Value, at: readonly string[]) => void;

const schema: Rule = (value, at) => {
  if (!isSchema(value)) throw expected("a Standard Schema (zod, valibot, arktype, unchecked)", value, at);
};
const flag: Rule = (value, at) => {
  if (typeof value !== "boolean") throw expected("true or false", value, at);
};
const names: Rule = (value, at) => {
  if (!Array.isArray(value)) throw expected("an array of names of events", value, at);
};
const messageName: Rule<string> = (name, at) => {
  if (!fitsBytes(name, limits.typeBytes)) throw expected("a name of 1–128 bytes", name, at);
  if (isReservedType(name)) throw invalid("this name belongs to the protocol", at);
};
const eventName: Rule<string> = (name, at) => {
  messageName(name, at);
  if (reservedEvents.includes(name)) throw invalid("this name belongs to the protocol", at);
};
const pattern: Rule<string> = (name, at) => {
  const segments = name.split("/");
  const params = segments.filter((segment) => segment.startsWith(":"));
  if (!isRoomShaped(name)) throw invalid("expected 1–256 bytes and no control characters", at);
  if (name.startsWith("$")) throw invalid("names that begin with '$' belong to the protocol", at);
  if (segments.includes("") || params.includes(":")) throw invalid("expected no empty segment", at);
  if (new Set(params).size < params.length) throw invalid("expected each parameter once", at);
};

const message: Rule = (value, at) =>
  checkFields(value, at, { data: schema, reply: schema, errors: schemas, idempotent: flag });
const event: Rule = (value, at) => checkFields(value, at, { data: schema, volatile: flag });
const room: Rule = (value, at) =>
  checkFields(value, at, { messages, events, clientEvents: names, presence: schema });
const schemas: Rule = (value, at) => checkEntries(value, at, { value: schema });
const messages: Rule = (value, at) => checkEntries(value, at, { name: messageName, value: message });
const events: Rule = (value, at) => checkEntries(value, at, { name: eventName, value: event });
const rooms: Rule = (value, at) => checkEntries(value, at, { name: pattern, value: room });

/** Refuses at run time what `Check` refuses by type, and what types cannot see. Throws `INVALID_CONTRACT`. */
export function checkContract(contract: ContractDefinition): void {
  checkFields(contract, [], { messages, events, rooms });
  const named = Object.entries(contract.rooms ?? {});
  checkTwins(named.map(([pattern]) => pattern));
  for (const [pattern, room] of named) checkClientEvents(room, ["rooms", pattern, "clientEvents"]);
}

/** An object that has these keys and no others. */
function checkFields(value: unknown, at: readonly string[], rules: Readonly<Record<string, Rule>>): void {
  const known = Object.keys(rules).join(", ");
  if (isSchema(value)) throw invalid(`expected an object with ${known}, got a schema`, at);
  for (const [key, inner] of entriesOf(value, at)) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (!rule) throw invalid(`unknown key '${key}', expected ${known}`, at);
    if (inner !== undefined) rule(inner, [...at, key]);
  }
}

/** An object whose keys are names of the application's. */
function checkEntries(
  value: unknown,
  at: readonly string[],
  rules: { readonly name?: Rule<string>; readonly value: Rule },
): void {
  for (const [name, inner] of entriesOf(value, at)) {
    rules.name?.(name, [...at, name]);
    rules.value(inner, [...at, name]);
  }
}

function checkTwins(patterns: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const pattern of patterns) {
    const rank = rankOf(pattern.split("/"));
    const twin = seen.get(rank);
    if (twin !== undefined) throw invalid(`'${twin}' and '${pattern}' match the same names`, ["rooms"]);
    seen.set(rank, pattern);
  }
}

function checkClientEvents(room: RoomDefinition, at: readonly string[]): void {
  for (const name of room.clientEvents ?? []) {
    if (!Object.hasOwn(room.events ?? {}, name))
      throw invalid(`'${name}' is not among the room's events`, at);
    if (Object.hasOwn(room.messages ?? {}, name)) {
      throw invalid(`'${name}': a message and a client event cannot share a name`, at);
    }
  }
}

function entriesOf(value: unknown, at: readonly string[]): [string, unknown][] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw expected("an object", value, at);
}

function isSchema(value: unknown): boolean {
  // arktype's schemas are functions.
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as { readonly "~standard"?: { readonly validate?: unknown } | null })["~standard"];
  return typeof standard?.validate === "function";
}

function expected(what: string, got: unknown, at: readonly string[]): TautlineError {
  return invalid(`expected ${what}, got ${quote(got)}`, at);
}

function invalid(text: string, at: readonly string[]): TautlineError {
  return new TautlineError("INVALID_CONTRACT", `${["contract", ...at].join(" > ")}: ${text}`);
}
