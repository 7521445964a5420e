import type { Envelope, Gap, JoinResult, Position, TautlineError } from "@tautline/protocol";
import type { Inbox } from "../inbox.js";
import { abortController } from "../platform.js";
import type { LoadFrom } from "../types.js";
import { afterJoin, type GapEvent, onOffset, type Rejoined } from "./recovery.js";

/** What is being loaded. `over`: why it is not loaded again, whatever voided it first. */
interface Load {
  readonly controller: ReturnType<typeof abortController>;
  over?: TautlineError | undefined;
}

/** One history that a client follows: how far it has come, over all its connections. What arrives goes to an inbox, each once and in order. */
export abstract class Track {
  position: Position | undefined;
  /** How the last join ended. */
  rejoined: Rejoined | undefined;
  readonly inbox: Inbox;
  /** What is loaded at the position: it stands still meanwhile. */
  readonly #loads = new Set<Load>();
  #hasSkipped = false;
  /** Where it stood when the server was asked. */
  #asked: Position | undefined;

  constructor(inbox: Inbox) {
    this.inbox = inbox;
  }

  /** Something did not arrive: the server is asked for everything since the position. */
  abstract missing(): void;

  /** The server was asked for everything since the position. */
  asked(): void {
    this.#asked = this.position;
  }

  /** Goes on from the answer to a join. @returns false where the server must be asked again */
  goOn(result: JoinResult): boolean {
    const rejoined = this.#take(result, this.#asked);
    this.#asked = undefined;
    this.rejoined = rejoined ?? this.rejoined;
    return !!rejoined;
  }

  /** The history goes on elsewhere. */
  gap(data: Gap["data"]): void {
    // The server may know less of where the client stands than the client: what an old connection brought is not missing.
    this.#take(data, this.position);
  }

  publication(publication: Envelope): void {
    const { offset } = publication;
    // Where it is not kept it is no step forward.
    if (offset !== undefined) {
      const verdict = onOffset(this.position, offset);
      if (verdict === "drop") return;
      if (this.#loads.size > 0) {
        this.#hasSkipped = true;
        return;
      }
      if (verdict === "ask") return this.missing();
      if (this.position) this.position = { ...this.position, offset };
    }
    this.inbox.deliver(publication);
  }

  /** Stands still while something is loaded; again from the new position where a gap voids the old one. */
  async standStill<T>(load: (from: LoadFrom) => T | PromiseLike<T>): Promise<T> {
    try {
      for (;;) {
        const controller = abortController();
        const { signal } = controller;
        const from = { position: this.position, signal };
        const loading: Load = { controller };
        this.#loads.add(loading);
        try {
          // What came up to the position is told before the snapshot that contains it.
          await new Promise<void>((resolve) => this.inbox.pass(undefined, resolve));
          const loaded = await load(from);
          if (!signal.aborted) return loaded;
        } catch (error) {
          if (!signal.aborted) throw error;
        } finally {
          this.#loads.delete(loading);
        }
        if (loading.over) throw loading.over;
      }
    } finally {
      // What was passed over is asked for again.
      if (this.#hasSkipped && this.#loads.size === 0) {
        this.#hasSkipped = false;
        this.missing();
      }
    }
  }

  /** The position is worth nothing any more. */
  forget(error: TautlineError): void {
    this.position = undefined;
    this.#void(error);
  }

  /** Goes on from where the server says, after a join that named the position `asked`. Undefined where it must be asked again. */
  #take(said: JoinResult | Gap["data"], asked: Position | undefined): Rejoined | undefined {
    const next = afterJoin(this.position, said, asked);
    if (next) {
      this.position = next.position;
      if (next.gap) this.#lost(next.gap);
    }
    return next;
  }

  /** Tells what cannot be recovered, before anything later is taken. */
  #lost(gap: GapEvent): void {
    this.inbox.pass(gap, () => this.inbox.emit("gap", gap));
    this.#void();
  }

  #void(error?: TautlineError): void {
    for (const loading of this.#loads) {
      loading.over ??= error;
      loading.controller.abort(error);
    }
  }
}
