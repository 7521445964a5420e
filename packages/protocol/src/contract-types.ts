import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ContractDefinition, EventDefinition, MessageDefinition, RoomDefinition } from "./contract.js";
import type { PatternOf } from "./room-pattern.js";

/** What has messages and events: a contract, or one of its rooms. */
export type Scope = ContractDefinition | RoomDefinition;

/** What the sender hands in for a schema. A definition without one carries nothing. */
export type InputOf<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferInput<S> : undefined;
/** What the reader gets for a schema. A definition without one carries nothing. */
export type OutputOf<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<S> : undefined;

type At<T, K extends PropertyKey> = T extends { readonly [P in K]?: infer V } ? V : undefined;
type NamesAt<S, Part extends string> = S extends { readonly [P in Part]: infer V }
  ? Extract<keyof V, string>
  : never;

/** The names of a contract's or room's messages. */
export type MessageName<S> = NamesAt<S, "messages">;
/** The names of a contract's or room's events. */
export type EventName<S> = NamesAt<S, "events">;
/** The patterns of a contract's rooms. */
export type RoomPattern<C> = NamesAt<C, "rooms">;
/** The events that a room's members may publish themselves. */
export type ClientEventName<R> = R extends { readonly clientEvents: readonly (infer N extends string)[] }
  ? N
  : never;

/** One message's definition. */
export type MessageOf<S, M extends MessageName<S>> = S extends { readonly messages: infer V }
  ? M extends keyof V
    ? Extract<V[M], MessageDefinition>
    : never
  : never;
/** One event's definition. */
export type EventDefinitionOf<S, E extends EventName<S>> = S extends { readonly events: infer V }
  ? E extends keyof V
    ? Extract<V[E], EventDefinition>
    : never
  : never;
/** The definition of the rooms of one pattern: hand it to `DataOf`, `ReplyOf` and `EventOf` in a contract's place. */
export type RoomOf<C, P extends RoomPattern<C>> = C extends { readonly rooms: infer V }
  ? P extends keyof V
    ? Extract<V[P], RoomDefinition>
    : never
  : never;
/** The definition of the room of this name. */
export type RoomNamed<C, Name extends string> = RoomOf<C, PatternOf<RoomPattern<C>, Name>>;

/** A message's data, as its handler gets it. */
export type DataOf<S, M extends MessageName<S>> = OutputOf<At<MessageOf<S, M>, "data">>;
/** A message's data, as its sender gives it. */
export type DataInputOf<S, M extends MessageName<S>> = InputOf<At<MessageOf<S, M>, "data">>;
/** A message's reply, as its sender gets it. */
export type ReplyOf<S, M extends MessageName<S>> = OutputOf<At<MessageOf<S, M>, "reply">>;
/** A message's reply, as its handler gives it. */
export type ReplyInputOf<S, M extends MessageName<S>> = InputOf<At<MessageOf<S, M>, "reply">>;
/** An event's data, as its listener gets it. */
export type EventOf<S, E extends EventName<S>> = OutputOf<At<EventDefinitionOf<S, E>, "data">>;
/** An event's data, as its publisher gives it. */
export type EventInputOf<S, E extends EventName<S>> = InputOf<At<EventDefinitionOf<S, E>, "data">>;
/** A member's presence state, as others see it. */
export type PresenceOf<R> = OutputOf<At<R, "presence">>;
/** A member's presence state, as it is given. */
export type PresenceInputOf<R> = InputOf<At<R, "presence">>;

/** The names of the errors that a message declares. */
export type ErrorName<S, M extends MessageName<S>> =
  MessageOf<S, M> extends { readonly errors: infer V } ? Extract<keyof V, string> : never;
/** A declared error's data, as the handler gives it. */
export type ErrorInputOf<S, M extends MessageName<S>, N extends ErrorName<S, M>> =
  MessageOf<S, M> extends {
    readonly errors: infer V;
  }
    ? InputOf<V[N & keyof V]>
    : never;

/** The messages that are answered by a reply. */
export type RequestName<S> = {
  [M in MessageName<S>]: MessageOf<S, M> extends { readonly reply: StandardSchemaV1 } ? M : never;
}[MessageName<S>];
