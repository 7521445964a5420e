import type { Clock, Random, TimerHandle } from "@tautline/protocol";
import { drawn, type NetworkConditions } from "./conditions.js";
import { Fifo } from "./fifo.js";
import { bytesOf, type Packet } from "./packet.js";

/** What a pipe knows of its surroundings. */
export interface PipeContext {
  readonly clock: Clock;
  readonly random: Random;
  /** As they are now. */
  readonly conditions: () => NetworkConditions;
  /** Whether nothing moves. After a change, {@link Pipe.kick} is called. */
  readonly isStalled: () => boolean;
  /** Something has arrived at the far end. */
  readonly deliver: (packet: Packet) => void;
  /** Something that waited at the near end has left. */
  readonly drained: () => void;
}

interface UnderWay {
  readonly packet: Packet;
  readonly bytes: number;
  /** When it arrives, at the earliest: never before what was sent before it. */
  readonly at: number;
  /** Arrives in a turn of its own. */
  readonly apart: boolean;
}

/** What one read of a real socket hands over at most. */
const readBytes = 65_536;

/** One direction of a connection: an ordered stream with a window, as TCP is. It loses nothing unless it is closed. */
export class Pipe {
  readonly #context: PipeContext;
  /** Written and not yet in the window. */
  readonly #waiting: Fifo<Packet> = new Fifo();
  readonly #underWay: Fifo<UnderWay> = new Fifo();
  #bufferedBytes = 0;
  #windowBytes = 0;
  #state: "open" | "ended" | "closed" = "open";
  #isPaused = false;
  /** When the last byte that was sent has left. */
  #leftAt = 0;
  #arrival: TimerHandle;
  #acknowledgement: TimerHandle;

  constructor(context: PipeContext) {
    this.#context = context;
  }

  /** Bytes that wait for room in the window. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Takes packets that are written together. After the end they are lost. */
  write(packets: readonly Packet[]): void {
    if (this.#state !== "open") return;
    for (const packet of packets) {
      this.#waiting.push(packet);
      this.#bufferedBytes += bytesOf(packet);
    }
    this.#pump();
  }

  /** Ends the stream after all that was written. */
  end(): void {
    this.write([{ kind: "fin" }]);
    if (this.#state === "open") this.#state = "ended";
  }

  /** Ends the stream after what is under way; what waits is lost. */
  abort(lagMs = 0): void {
    if (this.#state === "closed") return;
    this.#drop();
    this.#state = "ended";
    this.#send({ kind: "fin" }, true, lagMs);
    this.#listen();
  }

  /** Takes nothing more, and loses what waits. What is under way still arrives. */
  close(): void {
    this.#state = "closed";
    this.#drop();
  }

  /** Loses everything. */
  kill(): void {
    this.close();
    this.#underWay.clear();
    this.#windowBytes = 0;
    this.#context.clock.clearTimeout(this.#arrival);
    this.#context.clock.clearTimeout(this.#acknowledgement);
    this.#arrival = this.#acknowledgement = undefined;
  }

  /** The far end stops reading. */
  pause(): void {
    this.#isPaused = true;
  }

  /** The far end reads on. */
  resume(): void {
    this.#isPaused = false;
    this.#listen();
  }

  /** Looks again whether it may move. */
  kick(): void {
    this.#listen();
    this.#acknowledge();
  }

  #drop(): void {
    this.#waiting.clear();
    this.#bufferedBytes = 0;
  }

  /** @returns whether anything left. */
  #pump(): boolean {
    const { random, conditions } = this.#context;
    const { windowBytes, splitting } = conditions();
    let moved = false;
    while (this.#waiting.first && this.#windowBytes < windowBytes) {
      const packet = this.#waiting.shift() as Packet;
      this.#bufferedBytes -= bytesOf(packet);
      this.#send(packet, !moved || (splitting > 0 && random.float() < splitting));
      moved = true;
    }
    this.#listen();
    return moved;
  }

  #send(packet: Packet, apart: boolean, lagMs = 0): void {
    const { clock, random, conditions } = this.#context;
    const { latencyMs, bytesPerMs } = conditions();
    const [now, bytes] = [clock.monotonic(), bytesOf(packet)];
    this.#leftAt = Math.max(now, this.#leftAt) + bytes / bytesPerMs;
    const at = this.#leftAt + (apart ? drawn(latencyMs, random) : 0) + lagMs;
    this.#windowBytes += bytes;
    this.#underWay.push({ packet, bytes, at, apart });
  }

  /** Waits for the next arrival, if anybody reads. */
  #listen(): void {
    const { first } = this.#underWay;
    if (!first || this.#arrival !== undefined || this.#isPaused || this.#context.isStalled()) return;
    const { clock } = this.#context;
    this.#arrival = clock.setTimeout(this.#arrive, first.at - clock.monotonic());
  }

  /** Hands over what one read would: what has arrived by now, up to the first that comes apart. */
  readonly #arrive = (): void => {
    this.#arrival = undefined;
    if (this.#isPaused || this.#context.isStalled()) return;
    const now = this.#context.clock.monotonic();
    let bytes = 0;
    try {
      for (let next = this.#underWay.first; next && next.at <= now; next = this.#underWay.first) {
        if (bytes > 0 && (next.apart || bytes >= readBytes)) break;
        this.#underWay.shift();
        this.#windowBytes -= next.bytes;
        bytes += Math.max(1, next.bytes);
        this.#context.deliver(next.packet);
      }
    } finally {
      this.#listen();
      this.#acknowledge();
    }
  };

  /** Tells the near end, after its latency, that there is room again. */
  #acknowledge(): void {
    const { clock, random, conditions, isStalled } = this.#context;
    if (!this.#waiting.first || this.#acknowledgement !== undefined || isStalled()) return;
    const acknowledged = (): void => {
      this.#acknowledgement = undefined;
      if (!this.#context.isStalled() && this.#pump()) this.#context.drained();
    };
    this.#acknowledgement = clock.setTimeout(acknowledged, drawn(conditions().latencyMs, random));
  }
}
