import { setTimeout as delay } from "node:timers/promises";
import type { AuthorizeInput, Room, Server, ServerOptions, UserIdentity } from "@tautline/server";
import { type DashboardContract, isKind, type Kind } from "./contract.js";
import { type Figures, readFigures } from "./figures.js";

type MetricsRoom = Room<DashboardContract, "metrics/:kind">;

/** Two minutes are kept, so that a newcomer's chart is not empty and its figure is there at once. */
export const dashboardRooms: ServerOptions<DashboardContract, UserIdentity>["rooms"] = {
  "metrics/:kind": { history: { size: 120, ttlMs: 120_000 }, onJoin: { last: 120 } },
};

/** Only what is measured can be watched. */
export function authorizeDashboard({ action }: AuthorizeInput<DashboardContract, UserIdentity>): boolean {
  return action.kind !== "join" || isKind(action.params.kind);
}

export interface DashboardOptions {
  /** From one sample to the next, in milliseconds. @default 1000 */
  readonly intervalMs?: number | undefined;
  /** Rates need two readings: how far apart the first two are, in milliseconds. @default 550 */
  readonly firstMs?: number | undefined;
  /** Reads the machine's figures. @default by systeminformation */
  readonly read?: ((kind: Kind) => Promise<Figures>) | undefined;
}

export interface Dashboard {
  /** What is being sampled at the moment, and since when. */
  sampling(): { readonly kind: Kind; readonly since: number }[];
}

/** Samples each kind of figures from its first viewer to its last. */
export function createDashboard(
  server: Pick<Server<DashboardContract>, "onRoom">,
  options: DashboardOptions = {},
): Dashboard {
  const { intervalMs = 1000, firstMs = 550, read = readFigures } = options;
  const running = new Map<Kind, { readonly since: number; readonly stop: AbortController }>();

  const sample = async (kind: Kind, room: MetricsRoom, since: number, signal: AbortSignal): Promise<void> => {
    await read(kind);
    await delay(firstMs, undefined, { signal, ref: false });
    for (;;) {
      const figures = await read(kind);
      if (signal.aborted) return;
      const viewers = (await room.members()).length;
      await room.publish("sample", { ...figures, at: Date.now(), since, viewers });
      await delay(intervalMs, undefined, { signal, ref: false });
    }
  };

  const start = async (room: MetricsRoom): Promise<void> => {
    const { kind } = room.params;
    if (!isKind(kind) || running.has(kind)) return;
    const stop = new AbortController();
    const since = Date.now();
    running.set(kind, { since, stop });
    try {
      await sample(kind, room, since, stop.signal);
    } catch (error) {
      // Stopped in the middle of a wait is how sampling ends. Anything else goes to the server's on("error").
      if (!stop.signal.aborted) throw error;
    } finally {
      if (running.get(kind)?.stop === stop) running.delete(kind);
    }
  };

  const stop = ({ params }: MetricsRoom): void => {
    if (!isKind(params.kind)) return;
    running.get(params.kind)?.stop.abort();
    running.delete(params.kind);
  };

  server.onRoom("metrics/:kind", {
    occupied: ({ room }) => start(room),
    vacant: ({ room }) => stop(room),
  });

  return { sampling: () => [...running].map(([kind, { since }]) => ({ kind, since })) };
}
