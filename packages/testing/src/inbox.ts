import type { Codec, Envelope } from "@tautline/protocol";

/** What a scripted peer has received: every envelope is kept, and can be awaited before or after it comes. */
export class Inbox {
  /** Every envelope, in order. */
  readonly received: Envelope[] = [];
  readonly #unread: Envelope[] = [];
  readonly #waiting: { readonly wants: Wanted; readonly resolve: (envelope: Envelope) => void }[] = [];

  /** The envelopes of one type. */
  of(type: string): Envelope[] {
    return this.received.filter((envelope) => envelope.type === type);
  }

  /** The next envelope of this kind that was not given by an earlier call; what came before the call counts. */
  next(wants: Wanted): Promise<Envelope> {
    const index = this.#unread.findIndex(wants);
    const [found] = index < 0 ? [] : this.#unread.splice(index, 1);
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiting.push({ wants, resolve }));
  }

  add(envelope: Envelope): void {
    this.received.push(envelope);
    const index = this.#waiting.findIndex(({ wants }) => wants(envelope));
    const [reader] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (reader) reader.resolve(envelope);
    else this.#unread.push(envelope);
  }
}

type Wanted = (envelope: Envelope) => boolean;

/** The message of an envelope. Throws for what no codec would send: a script's own fault. */
export function messageOf(envelope: Envelope, codec: Codec): string | Uint8Array {
  const frame = codec.encode(envelope);
  if (!frame.ok) throw frame.error;
  return frame.value.payload as string | Uint8Array;
}

/** The envelope of what arrived. Throws where it is none: the fault of the program under test. */
export function envelopeOf(data: unknown, codec: Codec): Envelope {
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  const decoded = codec.decode(bytes instanceof Uint8Array ? bytes : String(bytes));
  if (!decoded.ok) throw decoded.error;
  return decoded.value;
}
