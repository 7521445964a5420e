import type { Scenario } from "../scenario.js";
import { openPeer } from "./peer.js";

/** Each user connects, joins its room, and leaves, again and again: the latency is the time until it is in. */
export const churn: Scenario = {
  name: "churn",
  start: (user) => ({
    async act() {
      const peer = await openPeer(user);
      // Its goodbye is not part of the turn.
      void (peer.kind === "client" ? peer.client : peer.socket).close();
    },
  }),
};
