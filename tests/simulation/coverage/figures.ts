import type { HistoryRecord } from "../history/record.js";
import type { Met, Observer } from "./observer.js";

/** Looks at the figures that a server gives of itself. */
export class FigureObserver implements Observer {
  readonly #met: Met;

  constructor(met: Met) {
    this.#met = met;
  }

  recorded(record: HistoryRecord): void {
    if (record.op !== "figures") return;
    const { figures } = record;
    if (Number(figures.heartbeatsMissed) > 0) this.#met("half-open found by the server");
    if (Number(figures.lagged) > 0) this.#met("lagged");
  }
}
