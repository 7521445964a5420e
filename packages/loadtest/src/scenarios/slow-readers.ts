import type { Scenario } from "../scenario.js";
import { broadcast } from "./broadcast.js";
import { openPeer } from "./peer.js";

/** As `broadcast`, while a share of the members reads nothing: what do they cost the others? */
export const slowReaders: Scenario = {
  ...broadcast,
  name: "slow-readers",
  async start(user) {
    const peer = await openPeer(user);
    if (user.settings.slow) user.stall();
    return { act: peer.send };
  },
};
