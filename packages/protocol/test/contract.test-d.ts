import { type } from "arktype";
import * as v from "valibot";
import { describe, expectTypeOf, it } from "vitest";
import * as z from "zod";
import {
  type ClientEventName,
  type DataInputOf,
  type DataOf,
  defineContract,
  type ErrorInputOf,
  type ErrorName,
  type EventInputOf,
  type EventName,
  type EventOf,
  type MessageName,
  type NameOf,
  type ParamsOf,
  type PatternOf,
  type PresenceOf,
  type ReplyInputOf,
  type ReplyOf,
  type RequestName,
  type RoomNamed,
  type RoomOf,
  unchecked,
} from "../src/index.js";

const chat = defineContract({
  messages: {
    rename: {
      data: z.object({ name: z.string() }),
      reply: z.object({ at: z.string().transform((text) => new Date(text)) }),
      errors: { NAME_TAKEN: z.object({ by: z.string() }) },
    },
    feedback: { data: v.object({ stars: v.number() }), idempotent: true },
    logout: {},
  },
  events: { notice: { data: type({ text: "string" }) } },
  rooms: {
    "chat/:id": {
      messages: { say: { data: z.object({ text: z.string() }) } },
      events: { message: { data: unchecked<{ text: string }>() }, typing: { volatile: true } },
      clientEvents: ["typing"],
      presence: z.object({ name: z.string() }),
    },
    "chat/admin": { events: { alarm: { data: unchecked<number>() } } },
    "game/:id/seat/:seat": {},
  },
});
type Chat = typeof chat;
type Room = RoomOf<Chat, "chat/:id">;

describe("what a contract's types say", () => {
  it("names messages, events and those that are answered", () => {
    expectTypeOf<MessageName<Chat>>().toEqualTypeOf<"rename" | "feedback" | "logout">();
    expectTypeOf<RequestName<Chat>>().toEqualTypeOf<"rename">();
    expectTypeOf<EventName<Chat>>().toEqualTypeOf<"notice">();
    expectTypeOf<ClientEventName<Room>>().toEqualTypeOf<"typing">();
    expectTypeOf<MessageName<RoomOf<Chat, "chat/admin">>>().toBeNever();
  });

  it("gives the sender the schema's input and the reader its output", () => {
    expectTypeOf<DataOf<Chat, "rename">>().toEqualTypeOf<{ name: string }>();
    expectTypeOf<DataInputOf<Chat, "feedback">>().toEqualTypeOf<{ stars: number }>();
    expectTypeOf<DataOf<Chat, "logout">>().toBeUndefined();
    expectTypeOf<ReplyOf<Chat, "rename">>().toEqualTypeOf<{ at: Date }>();
    expectTypeOf<ReplyInputOf<Chat, "rename">>().toEqualTypeOf<{ at: string }>();
    expectTypeOf<EventOf<Chat, "notice">>().toEqualTypeOf<{ text: string }>();
    expectTypeOf<EventInputOf<Room, "message">>().toEqualTypeOf<{ text: string }>();
    expectTypeOf<DataOf<Room, "say">>().toEqualTypeOf<{ text: string }>();
    expectTypeOf<PresenceOf<Room>>().toEqualTypeOf<{ name: string }>();
  });

  it("knows the errors that a message declares", () => {
    expectTypeOf<ErrorName<Chat, "rename">>().toEqualTypeOf<"NAME_TAKEN">();
    expectTypeOf<ErrorInputOf<Chat, "rename", "NAME_TAKEN">>().toEqualTypeOf<{ by: string }>();
    expectTypeOf<ErrorName<Chat, "feedback">>().toBeNever();
  });

  it("finds a room's pattern by its name: a literal beats a parameter", () => {
    expectTypeOf<ParamsOf<"game/:id/seat/:seat">>().toEqualTypeOf<{
      readonly id: string;
      readonly seat: string;
    }>();
    expectTypeOf<NameOf<"chat/:id">>().toEqualTypeOf<`chat/${string}`>();
    type Patterns = keyof Chat["rooms"];
    expectTypeOf<PatternOf<Patterns, "chat/lobby">>().toEqualTypeOf<"chat/:id">();
    expectTypeOf<PatternOf<Patterns, "chat/admin">>().toEqualTypeOf<"chat/admin">();
    expectTypeOf<PatternOf<Patterns, `chat/${string}`>>().toEqualTypeOf<"chat/:id">();
    expectTypeOf<PatternOf<Patterns, "game/1/seat/2">>().toEqualTypeOf<"game/:id/seat/:seat">();
    expectTypeOf<PatternOf<Patterns, "chat/a/b">>().toBeNever();
    expectTypeOf<PatternOf<Patterns, "nowhere">>().toBeNever();
    expectTypeOf<EventName<RoomNamed<Chat, "chat/lobby">>>().toEqualTypeOf<"message" | "typing">();
  });
});

describe("what a contract's types refuse", () => {
  it("refuses unknown keys, and names them", () => {
    // @ts-expect-error unknown key 'idempotnt'
    defineContract({ messages: { a: { idempotnt: true } } });
    // @ts-expect-error unknown key 'room'
    defineContract({ room: {} });
    // @ts-expect-error unknown key 'volatil'
    defineContract({ rooms: { a: { events: { b: { volatil: true } } } } });
  });

  it("refuses names that belong to the protocol", () => {
    // @ts-expect-error 'ping' belongs to the protocol
    defineContract({ messages: { ping: {} } });
    // @ts-expect-error '$join' belongs to the protocol
    defineContract({ events: { $join: {} } });
    // @ts-expect-error 'gap' belongs to the protocol
    defineContract({ rooms: { a: { events: { gap: {} } } } });
  });

  it("refuses client events that are no events, or share a message's name", () => {
    // @ts-expect-error 'c' is not among the events
    defineContract({ rooms: { a: { events: { b: {} }, clientEvents: ["c"] } } });
    // @ts-expect-error a message and a client event cannot share a name
    defineContract({ rooms: { a: { messages: { b: {} }, events: { b: {} }, clientEvents: ["b"] } } });
  });

  it("refuses two patterns that match the same names", () => {
    // @ts-expect-error rooms 'chat/:id' and 'chat/:name' match the same names
    defineContract({ rooms: { "chat/:id": {}, "chat/:name": {} } });
    defineContract({ rooms: { "chat/:id": {}, "chat/admin": {}, "chat/:id/x": {} } });
  });
});
