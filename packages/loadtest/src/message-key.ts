/**
 * What marks a message, so that it is known again wherever it comes back: `~<run>.<sender>.<number>.<due>~`, numbers in
 * base 36. Nothing in it needs escaping in JSON. It carries when the message was due, so that no table of messages on
 * their way is needed, in this process or in another.
 */
export interface MessageKey {
  /** The number of the user that sent it. */
  readonly sender: number;
  /** Counts the sender's messages from 0. */
  readonly number: number;
  /** When it should have been sent by the schedule, in microseconds. */
  readonly dueMicros: number;
}

const base = 36;
/** Longer than any key: where it has not ended by then, it is none. */
const maxLength = 64;

/** Writes and finds the keys of one run. */
export class MessageKeys {
  readonly #begin: string;

  constructor(run: string) {
    this.#begin = `~${run}.`;
  }

  write({ sender, number, dueMicros }: MessageKey): string {
    return `${this.#begin}${sender.toString(base)}.${number.toString(base)}.${dueMicros.toString(base)}~`;
  }

  /** The first key in a frame; undefined where there is none of this run. */
  find(frame: Buffer): MessageKey | undefined {
    const at = frame.indexOf(this.#begin);
    if (at < 0) return undefined;
    const from = at + this.#begin.length;
    const text = frame.toString("latin1", from, from + maxLength);
    const end = text.indexOf("~");
    const [sender, number, dueMicros, ...rest] = text
      .slice(0, Math.max(end, 0))
      .split(".")
      .map((part) => (/^[0-9a-z]+$/.test(part) ? Number.parseInt(part, base) : Number.NaN));
    if (rest.length > 0 || !isWhole(sender) || !isWhole(number) || !isWhole(dueMicros)) return undefined;
    return { sender, number, dueMicros };
  }
}

const isWhole = (value: number | undefined): value is number => Number.isSafeInteger(value);
