import { getEventListeners } from "node:events";
import { setTimeout as later } from "node:timers/promises";
import { neverAborted } from "./lives.js";

/** What this process holds, without garbage. */
export interface Census {
  readonly heapBytes: number;
  /** Timers that would keep the process alive. */
  readonly timers: number;
  /** Listeners on what outlives all clients: the process, and a signal. */
  readonly listeners: number;
}

export async function census(): Promise<Census> {
  if (!globalThis.gc) throw new Error("expected node --expose-gc");
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    // What finalizers and closing handles let go of is garbage only a turn later.
    await later(20);
  }
  const events = process.eventNames();
  return {
    heapBytes: process.memoryUsage().heapUsed,
    timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    listeners: events.reduce(
      (sum, event) => sum + process.listenerCount(event),
      getEventListeners(neverAborted, "abort").length,
    ),
  };
}
