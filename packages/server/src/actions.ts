import type {
  ClientEventName,
  ContractDefinition,
  DataOf,
  EventName,
  EventOf,
  MaybePromise,
  MessageName,
  ParamsOf,
  RoomOf,
  RoomPattern,
} from "@tautline/protocol";
import type { Connection } from "./server-types.js";
import type { UserIdentity } from "./user.js";

/** A message without a room. */
export type MessageAction<C extends ContractDefinition> = {
  readonly [M in MessageName<C>]: {
    readonly kind: "message";
    readonly type: M;
    readonly data: DataOf<C, M>;
    readonly room?: undefined;
    readonly pattern?: undefined;
    readonly params?: undefined;
  };
}[MessageName<C>];

/** A member's message in its room. */
export type RoomMessageAction<C extends ContractDefinition> = {
  readonly [P in RoomPattern<C>]: {
    readonly [M in MessageName<RoomOf<C, P>>]: {
      readonly kind: "message";
      readonly type: M;
      readonly data: DataOf<RoomOf<C, P>, M>;
    } & InRoom<P>;
  }[MessageName<RoomOf<C, P>>];
}[RoomPattern<C>];

/** Wants to become a member. */
export type JoinAction<C extends ContractDefinition> = {
  readonly [P in RoomPattern<C>]: { readonly kind: "join" } & InRoom<P>;
}[RoomPattern<C>];

/** A member publishes a client event itself. */
export type PublishAction<C extends ContractDefinition> = {
  readonly [P in RoomPattern<C>]: {
    readonly [E in ClientEventName<RoomOf<C, P>>]: {
      readonly kind: "publish";
      readonly type: E;
      readonly data: EventOf<RoomOf<C, P>, Extract<E, EventName<RoomOf<C, P>>>>;
    } & InRoom<P>;
  }[ClientEventName<RoomOf<C, P>>];
}[RoomPattern<C>];

type InRoom<P extends string> = {
  /** The room's name. */
  readonly room: string;
  readonly pattern: P;
  readonly params: ParamsOf<P>;
};

/** What a peer wants to do. */
export type Action<C extends ContractDefinition> =
  | MessageAction<C>
  | RoomMessageAction<C>
  | JoinAction<C>
  | PublishAction<C>;

/** What `authorize` is given. */
export interface AuthorizeInput<C extends ContractDefinition, U extends UserIdentity> {
  readonly user: U;
  readonly action: Action<C>;
  readonly connection: Connection<C, U>;
}

/**
 * Says whether a user may do something. Called for every message, join and client event, after the data was checked.
 *
 * @returns false refuses (`FORBIDDEN`). What it throws is `HANDLER_FAILED` to the peer, unless it is a `TautlineError`.
 */
export type Authorize<C extends ContractDefinition, U extends UserIdentity> = (
  input: AuthorizeInput<C, U>,
) => MaybePromise<boolean>;
