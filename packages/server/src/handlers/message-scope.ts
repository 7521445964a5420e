import type { AppConnection } from "../connection/app-connection.js";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import type { RoomHandle } from "../room-handle.js";
import type { UserIdentity } from "../user.js";

/** The room that a message was sent in. */
export interface RoomScope {
  readonly handle: RoomHandle;
  readonly params: Readonly<Record<string, string>>;
}

/** What a handler is given. The signal is made when it is first looked at. */
export class MessageScope {
  readonly data: unknown;
  readonly user: UserIdentity;
  readonly connection: AppConnection;
  readonly room: RoomHandle | undefined;
  readonly params: Readonly<Record<string, string>> | undefined;
  readonly #handling: Handling;

  constructor(
    connection: LiveConnection,
    handling: Handling,
    { data, room }: { readonly data: unknown; readonly room: RoomScope | undefined },
  ) {
    this.data = data;
    this.user = connection.peer.user;
    this.connection = connection.app;
    this.room = room?.handle;
    this.params = room?.params;
    this.#handling = handling;
  }

  get signal(): AbortSignal {
    return this.#handling.signal;
  }

  get trace(): string | undefined {
    return this.#handling.envelope.trace;
  }
}
