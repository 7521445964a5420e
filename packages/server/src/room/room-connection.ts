import type { Codec, Frame, MaybePromise } from "@tautline/protocol";
import type { ConflationSlot } from "../connection/conflated-frames.js";
import type { FrameOrRun } from "../connection/frame-sequence.js";

/** What a room needs of a connection. Nothing here may throw, or run code of the application. */
export interface RoomConnection {
  /** Unique over all nodes. */
  readonly id: string;
  /** The public name of the client instance behind it: the key of presence. */
  readonly member: string;
  /** Its `attempt` grows with each connection of the client instance. */
  readonly peer: { readonly attempt: number };
  /** The user's id. */
  readonly user: string;
  /** Connections with the same codec share one frame a publication. */
  readonly codec: Codec;
  /** Puts a frame, or a run of them, at the end of what the connection has to send. Sends it within this turn of the event loop. */
  push(part: FrameOrRun): void;
  /** The same, but the frame is dropped where the reader is behind. */
  pushVolatile(frame: Frame): void;
  /** The same, but where the reader is behind the newest frame of each slot waits until it no longer is. */
  pushConflated(frame: Frame, slot: ConflationSlot): void;
  /** Drops what waits of a room that was left. */
  forgetConflated(room: string): void;
  /** Whether so much waits for the reader that whatever can wait should. Asked for each publication. */
  readonly isBehind: boolean;
  /**
   * Runs a step that sends much when the reader is not behind, in its turn among those who ask. Once the connection has
   * ended it may never run.
   */
  inTurn<T>(step: () => MaybePromise<T>): MaybePromise<T>;
  /** Resolves when the reader is not behind, in its turn; never, once the connection has ended. */
  relieved(): Promise<void>;
}
