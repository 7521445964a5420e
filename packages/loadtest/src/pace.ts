import type { LoadClock } from "./clock.js";

/** What is to be done at which moments. */
export interface Agenda {
  readonly clock: LoadClock;
  readonly signal: AbortSignal;
  /** When the thing at this place is due, in microseconds of the clock; undefined after the last one. */
  dueMicros(place: number): number | undefined;
  /** Begins it. It is not waited for: what hangs delays nothing that follows. */
  begin(place: number, dueMicros: number): void;
}

/** Begins one thing after the other, each when it is due or as soon after as the process can; resolves after the last, or when aborted. */
export function pace({ clock, signal, dueMicros, begin }: Agenda): Promise<void> {
  return new Promise((resolve) => {
    let place = 0;
    let timer: unknown;
    const end = (): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const go = (): void => {
      for (;;) {
        const due = dueMicros(place);
        if (due === undefined || signal.aborted) return end();
        const early = due - clock.micros();
        if (early > 0) {
          timer = clock.setTimeout(go, Math.ceil(early / 1_000));
          return;
        }
        begin(place, due);
        place++;
      }
    };
    signal.addEventListener("abort", end);
    go();
  });
}
