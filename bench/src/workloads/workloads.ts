import { broadcast } from "./broadcast.js";
import { compressedBroadcast } from "./compressed-broadcast.js";
import { connects } from "./connects.js";
import { idleMemory } from "./idle-memory.js";
import { recovery } from "./recovery.js";
import { requests } from "./requests.js";
import { manyMembers, manyRooms } from "./scaling.js";
import { talkingRooms } from "./talking-rooms.js";
import type { Workload } from "./workload.js";

/** All that is done to servers, in order. */
export const workloads: readonly Workload[] = [
  broadcast,
  talkingRooms,
  compressedBroadcast,
  requests,
  connects,
  idleMemory,
  manyMembers,
  manyRooms,
  recovery,
];
