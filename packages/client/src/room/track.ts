import { type Gap, type JoinResult, type Position, TautlineError } from "@tautline/protocol";
import { abortController } from "../platform.js";
import type { LoadFrom } from "../types.js";
import { afterJoin, type GapEvent, type JoinVerdict, onOffset } from "./recovery.js";

/** How far a client has come in one history, over all its connections. */
export class Track {
  position: Position | undefined;
  /** How the last join ended. */
  verdict: JoinVerdict = "fresh";
  /** What was missing then. */
  missed: GapEvent | undefined;
  readonly #told: (gap: GapEvent) => void;
  /** What is loaded at the position: it stands still meanwhile. */
  readonly #loads = new Set<ReturnType<typeof abortController>>();
  #hasSkipped = false;
  /** Where it stood when the server was asked. */
  #asked: Position | undefined;

  /** @param told - gets what cannot be recovered, before anything later is taken */
  constructor(told: (gap: GapEvent) => void) {
    this.#told = told;
  }

  /** The position, for a join. */
  ask(): Position | undefined {
    this.#asked = this.position;
    return this.position;
  }

  /** @returns false where the server must be asked again */
  joined(result: JoinResult): boolean {
    const rejoined = afterJoin(this.position, result, this.#asked);
    this.#asked = undefined;
    if (!rejoined) return false;
    const { verdict, position, gap } = rejoined;
    this.verdict = verdict;
    this.position = position;
    this.missed = gap;
    if (gap) this.#lost(gap);
    return true;
  }

  gap(data: Gap["data"]): void {
    // The server may know less of where the client stands than the client: what an old connection brought is not missing.
    const { position } = this;
    const next = afterJoin(position, data, position);
    this.position = next?.position;
    if (next?.gap) this.#lost(next.gap);
  }

  /** What to do with a publication. `offset` is undefined where it is not kept: then it is no step forward. */
  step(offset: number | undefined): "take" | "drop" | "ask" {
    if (offset === undefined) return "take";
    const verdict = onOffset(this.position, offset);
    if (verdict !== "drop" && this.#loads.size > 0) {
      this.#hasSkipped = true;
      return "drop";
    }
    if (verdict === "take" && this.position) this.position = { ...this.position, offset };
    return verdict;
  }

  /** Stands still while something is loaded; again from the new position where a gap voids the old one. */
  async load<T>(load: (from: LoadFrom) => T | PromiseLike<T>): Promise<T> {
    for (;;) {
      const controller = abortController();
      const { signal } = controller;
      this.#loads.add(controller);
      try {
        const loaded = await load({ position: this.position, signal });
        if (!signal.aborted) return loaded;
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        this.#loads.delete(controller);
      }
      if (TautlineError.is(signal.reason)) throw signal.reason;
    }
  }

  /** Whether publications were passed over while something was loaded, and nothing is loaded any more: to be asked for again. */
  hasSkipped(): boolean {
    if (!this.#hasSkipped || this.#loads.size > 0) return false;
    this.#hasSkipped = false;
    return true;
  }

  /** The position is worth nothing any more. */
  end(error: TautlineError): void {
    this.position = undefined;
    for (const controller of this.#loads) controller.abort(error);
  }

  #lost(gap: GapEvent): void {
    this.#told(gap);
    for (const controller of this.#loads) controller.abort();
  }
}
