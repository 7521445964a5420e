import type { HistoryRecord } from "../history/record.js";
import type { Onlooker, Passed } from "../world/world.js";
import { ConnectionObserver } from "./connections.js";
import { FigureObserver } from "./figures.js";
import { MessageObserver } from "./messages.js";
import type { Observer, WireEnvelope } from "./observer.js";
import { PresenceObserver } from "./presence.js";
import { RoomObserver } from "./rooms.js";
import type { Counts, Situation } from "./situations.js";

/** Counts the interesting situations of one run. */
export class Coverage implements Onlooker {
  readonly counts: Counts = new Map();
  readonly #observers: readonly Observer[];

  constructor() {
    const met = (situation: Situation) =>
      void this.counts.set(situation, (this.counts.get(situation) ?? 0) + 1);
    this.#observers = [
      ...[new RoomObserver(met), new MessageObserver(met), new ConnectionObserver(met)],
      ...[new PresenceObserver(met), new FigureObserver(met)],
    ];
  }

  recorded(record: HistoryRecord): void {
    for (const observer of this.#observers) observer.recorded?.(record);
  }

  passed({ data, ...passed }: Passed): void {
    const envelope = JSON.parse(String(data)) as WireEnvelope;
    for (const observer of this.#observers) observer.passed?.({ ...passed, envelope });
  }
}
