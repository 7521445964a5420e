import { setTimeout as passes } from "node:timers/promises";
import type { Server } from "@tautline/server";
import { type feed, rooms } from "./feed.js";

const tickMs = 200;

/** Publishes 1, 2, 3 … in every room, one room after the other. */
export function startTicker(server: Server<typeof feed>) {
  let ticks = 0;
  let isOver = false;
  const publish = async () => {
    while (!isOver || ticks % rooms > 0) {
      const tick = Math.floor(ticks / rooms) + 1;
      await server.room("feed/:id", { id: String(ticks++ % rooms) }).publish("tick", tick);
      await passes(tickMs / rooms);
    }
  };
  const publishing = publish();
  const stop = async () => {
    isOver = true;
    await publishing;
    return ticks / rooms;
  };
  return { stop };
}
