import type { Frame } from "@tautline/protocol";

/** Of the frames of one slot only the newest matters. */
export interface ConflationSlot {
  readonly room: string;
  /** Names the slot within its room. */
  readonly key: string;
}

interface Waiting {
  readonly room: string;
  readonly frame: Frame;
  readonly bytes: number;
}

/** What a frame costs besides its bytes. A rough figure, so that many small ones count too. */
const slotBytes = 100;

/**
 * Frames that wait for a slow reader, the newest of each slot, in the order in which they came. Bounded: where there is
 * no room for another, the oldest is given up.
 */
export class ConflatedFrames {
  readonly #maxBytes: number;
  readonly #waiting = new Map<string, Waiting>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Puts a frame at the end, in place of the one of its slot. */
  put(frame: Frame, { room, key }: ConflationSlot): void {
    // No room's name has a control character, so no two slots share a name.
    const name = `${room}\u0000${key}`;
    this.#remove(name);
    const bytes = frame.byteLength + name.length + slotBytes;
    this.#waiting.set(name, { room, frame, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#waiting.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#remove(oldest);
    }
  }

  /** Takes out the oldest. */
  take(): Frame | undefined {
    for (const [name, { frame }] of this.#waiting) {
      this.#remove(name);
      return frame;
    }
  }

  /** Gives up those of one room. */
  forget(room: string): void {
    for (const [name, waiting] of this.#waiting) if (waiting.room === room) this.#remove(name);
  }

  clear(): void {
    this.#waiting.clear();
    this.#bytes = 0;
  }

  #remove(name: string): void {
    this.#bytes -= this.#waiting.get(name)?.bytes ?? 0;
    this.#waiting.delete(name);
  }
}
