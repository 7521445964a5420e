import type { NamedRoom } from "../compiled-contract.js";
import type { AppConnection } from "../connection/app-connection.js";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { RoomHandle } from "../room-handle.js";
import type { UserIdentity } from "../user.js";

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
    { data, room }: { readonly data: unknown; readonly room: NamedRoom | undefined },
  ) {
    this.data = data;
    this.user = connection.peer.user;
    this.connection = connection.app;
    this.room = room && new RoomHandle(room, connection.context.rooms, handling.claim?.name);
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
