import type { Envelope } from "@tautline/protocol";

/** One message as it is kept. Plain data: whatever can keep JSON can keep it. */
export interface KeptMessage {
  /** Which client instance sent it. */
  readonly partition: string;
  /** Its place among those of the partition. */
  readonly seq: number;
  readonly envelope: Envelope;
  /** Whether it may be handled twice. */
  readonly idempotent: boolean;
  /** How many clients have inherited it. */
  readonly heirs: number;
  /** Whose it is. A client id is a secret: whoever reads it can claim the client's answers. */
  readonly client?: string | undefined;
  readonly user?: string | undefined;
  /** The id under which it was, or was about to be, written to a socket. */
  readonly id?: number | undefined;
  /** The attempt of the connection to which it was, or was about to be, written. */
  readonly welcomed?: number | undefined;
}

/** Where messages are kept. What it throws, or its promises are rejected with, goes to the client's `on("error")`. */
export interface OutboxStorage {
  /** The messages of one partition, or of all, each partition's in the order of `seq`. */
  read(partition?: string): Promise<readonly KeptMessage[]>;
  /** Keeps a message, in place of the one of the same partition and `seq`. Resolves when it would survive a crash of the program. */
  put(message: KeptMessage): Promise<void>;
  /** Forgets a message. One that is not there is no error. */
  delete(partition: string, seq: number): Promise<void>;
}
