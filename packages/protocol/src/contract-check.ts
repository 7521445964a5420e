import type { EventDefinition, MessageDefinition, RoomDefinition } from "./contract.js";

/** Refuses by type what `defineContract` refuses at run time. The sentence stands where the mistake is. */
export type Check<C> = {
  readonly [K in keyof C]: K extends "messages"
    ? CheckMessages<C[K]>
    : K extends "events"
      ? CheckEvents<C[K]>
      : K extends "rooms"
        ? CheckRooms<C[K]>
        : Unknown<K, "a contract has messages, events, rooms">;
};

type CheckMessages<Messages> = {
  readonly [Name in keyof Messages]: Name extends Reserved
    ? Belongs<Name>
    : OnlyKeys<Messages[Name], keyof MessageDefinition, "a message has data, reply, errors, idempotent">;
};

type CheckEvents<Events> = {
  readonly [Name in keyof Events]: Name extends Reserved | ReservedEvent
    ? Belongs<Name>
    : OnlyKeys<Events[Name], keyof EventDefinition, "an event has data, volatile">;
};

type CheckRooms<Rooms> = {
  readonly [Pattern in keyof Rooms]: Pattern extends `$${string}`
    ? Belongs<Pattern>
    : Exclude<Twins<Rooms>[Shape<Pattern> & keyof Twins<Rooms>], Pattern> extends never
      ? CheckRoom<Rooms[Pattern]>
      : `rooms '${Pattern & string}' and '${Exclude<Twins<Rooms>[Shape<Pattern> & keyof Twins<Rooms>], Pattern> & string}' match the same names`;
};

type CheckRoom<Room> = {
  readonly [K in keyof Room]: K extends "messages"
    ? CheckMessages<Room[K]>
    : K extends "events"
      ? CheckEvents<Room[K]>
      : K extends "clientEvents"
        ? CheckClientEvents<Room, Room[K]>
        : K extends keyof RoomDefinition
          ? Room[K]
          : Unknown<K, "a room has messages, events, clientEvents, presence">;
};

type CheckClientEvents<Room, Names> = {
  readonly [I in keyof Names]: Names[I] extends KeysAt<Room, "messages">
    ? `'${Names[I] & string}': a message and a client event cannot share a name`
    : KeysAt<Room, "events">;
};

type OnlyKeys<Definition, Known, Hint extends string> = {
  readonly [K in keyof Definition]: K extends Known ? Definition[K] : Unknown<K, Hint>;
};

type KeysAt<Room, Part extends string> = Part extends keyof Room ? keyof Room[Part] : never;

/** Every pattern under the shape that tells which names it matches: more than one under a shape are twins. */
type Twins<Rooms> = { readonly [Pattern in keyof Rooms as Shape<Pattern>]: Pattern };

type Shape<Pattern> = Pattern extends `${infer Segment}/${infer Rest}`
  ? `${Shape<Segment>}/${Shape<Rest>}`
  : Pattern extends `:${string}`
    ? ":"
    : Pattern & string;

type Reserved = `$${string}` | "ping" | "pong";
type ReservedEvent = "state" | "error" | "gap" | "presence" | "joined" | "left" | "close";
type Belongs<Name> = `'${Name & string}' belongs to the protocol`;
type Unknown<Key, Hint extends string> = `unknown key '${Key & string}': ${Hint}`;
