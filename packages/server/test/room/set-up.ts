import type { JoinRequest, JoinResult } from "@tautline/protocol";
import { seededRandom, VirtualClock } from "@tautline/testing";
import type { Broker } from "../../src/broker/broker.js";
import { MemoryBroker } from "../../src/broker/memory-broker.js";
import type { RecoveryTotals } from "../../src/room/recovery-totals.js";
import { RoomRegistry } from "../../src/room/registry.js";
import { ReplayFrames } from "../../src/room/replay-frames.js";
import type { RoomConnection } from "../../src/room/room-connection.js";
import type { RoomSettings } from "../../src/room/room-options.js";

/** Rooms named `kept/…` have history, `seen/…` presence, `both/…` both, `bare/…` neither. Others do not exist. */
function settingsOf(name: string, more: Partial<RoomSettings> = {}): RoomSettings | undefined {
  const [kind = ""] = name.split("/");
  if (!["kept", "seen", "both", "bare"].includes(kind)) return undefined;
  const retention = kind === "kept" || kind === "both" ? { size: 10, bytes: 100_000 } : undefined;
  const isSeen = kind === "seen" || kind === "both";
  const presence = isSeen && { gatherMs: 100, maxListed: 1_000 };
  return { retention, last: 0, maxRecovered: 100, graceMs: 5_000, presence, ...more };
}

export interface Node {
  readonly clock: VirtualClock;
  readonly broker: Broker;
  readonly rooms: RoomRegistry;
  /** What the application was told: `joined kept/a c1`. */
  readonly told: string[];
  readonly failures: unknown[];
}

export interface NodeOptions {
  readonly clock?: VirtualClock;
  readonly broker?: Broker;
  readonly name?: string;
  readonly settings?: Partial<RoomSettings>;
  readonly maxRooms?: number;
  readonly totals?: RecoveryTotals;
}

/** One node, alone or on a broker that it shares. */
export function node(options: NodeOptions = {}): Node {
  const { clock = new VirtualClock(), name = "n1", settings, maxRooms, totals } = options;
  const broker = options.broker ?? new MemoryBroker({ clock, random: seededRandom(3) });
  const told: string[] = [];
  const failures: unknown[] = [];
  const rooms = new RoomRegistry({
    // One by one: recorders count what they take.
    replayFrames: new ReplayFrames({ maxRunBytes: 1 }),
    ...{ broker, clock, node: name, maxRooms, totals, settingsOf: (room) => settingsOf(room, settings) },
    events: {
      occupied: (room) => told.push(`occupied ${room}`),
      vacant: (room) => told.push(`vacant ${room}`),
      joined: (room, { id }) => told.push(`joined ${room} ${id}`),
      left: (room, { id }) => told.push(`left ${room} ${id}`),
      failed: (_, error) => failures.push(error),
    },
  });
  return { clock, broker, rooms, told, failures };
}

/** Joins as a handler would, with the `$joined` left out, and starts. */
export async function join(
  rooms: RoomRegistry,
  connection: RoomConnection,
  request: JoinRequest,
): Promise<JoinResult> {
  const { result, start } = await rooms.join(connection, request);
  start();
  return result;
}
