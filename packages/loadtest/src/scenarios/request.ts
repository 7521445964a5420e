import type { Scenario } from "../scenario.js";
import { needsType } from "./needs.js";
import { atOnce, openPeer } from "./peer.js";

/** Each user sends messages, and waits for the reply or the acknowledgement of each. */
export const request: Scenario = {
  name: "request",
  objection: (options) =>
    options.plain ? "speaks tautline's protocol: for a plain server use echo" : needsType(options),
  async start(user) {
    const peer = await openPeer(user);
    if (peer.kind === "plain") return {};
    const { type = "" } = user.settings;
    const through = peer.room ?? peer.client;
    return { act: (turn) => through.request(type, user.data(turn), atOnce) };
  },
};
