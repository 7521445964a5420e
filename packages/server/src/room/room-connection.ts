import type { Codec, Frame } from "@tautline/protocol";

/** What a room needs of a connection. Nothing here may throw, or run code of the application. */
export interface RoomConnection {
  /** Unique over all nodes. */
  readonly id: string;
  /** The public name of the client instance behind it: the key of presence. */
  readonly member: string;
  /** The user's id. */
  readonly user: string;
  /** Connections with the same codec share one frame a publication. */
  readonly codec: Codec;
  /** Puts a frame at the end of what the connection has to send. Sends it within this turn of the event loop. */
  push(frame: Frame): void;
  /** The same, but the frame may be dropped where the reader is behind. */
  pushVolatile(frame: Frame): void;
  /** Whether so much waits for the reader that whatever can wait should. */
  readonly isBehind: boolean;
  /** Resolves when the reader has caught up with what waits; never, once the connection has ended. */
  relieved(): Promise<void>;
}
