import type { OutboundLimits } from "../connection/outbound.js";

export interface SendQueuesOptions extends Pick<OutboundLimits, "highWaterBytes" | "limitBytes"> {
  /** What may wait for all readers together, in bytes. */
  readonly totalBytes: number;
}

/**
 * What waits for all readers of a server, and so what may wait for each. As long as there is room, each has its own marks. When all
 * together have used it up, each has an equal share: whoever has more waiting is behind, and is closed when more is sent to
 * it. So all queues together hold no more than twice the total, and whoever reads is served.
 */
export class SendQueues implements OutboundLimits {
  highWaterBytes: number;
  readonly limitBytes: number;
  isFull = false;
  readonly #options: SendQueuesOptions;
  readonly #readers: () => number;
  #bytes = 0;

  /** @param readers - how many there are */
  constructor(options: SendQueuesOptions, readers: () => number) {
    this.#options = options;
    this.#readers = readers;
    this.highWaterBytes = options.highWaterBytes;
    this.limitBytes = options.limitBytes;
  }

  /** Bytes that wait for all. */
  get bytes(): number {
    return this.#bytes;
  }

  changed(bytes: number): void {
    this.#bytes += bytes;
    const { totalBytes, highWaterBytes } = this.#options;
    this.isFull = this.#bytes > totalBytes;
    this.highWaterBytes = this.isFull
      ? Math.min(highWaterBytes, totalBytes / Math.max(1, this.#readers()))
      : highWaterBytes;
  }
}
