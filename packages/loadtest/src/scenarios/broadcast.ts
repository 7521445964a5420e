import type { Scenario } from "../scenario.js";
import { needsKey, needsType } from "./needs.js";
import { openPeer } from "./peer.js";

/** Everybody is in a room, some send, and each message must reach all others. */
export const broadcast: Scenario = {
  name: "broadcast",
  measures: "deliveries",
  senders: "some",
  objection: (options) => needsType(options) ?? needsKey(options),
  async start(user) {
    const peer = await openPeer(user);
    return { act: peer.send };
  },
};
