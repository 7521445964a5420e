import { TautlineError } from "@tautline/protocol";
import type { LooseClient, LooseRoom } from "../loose-client.js";
import type { Scenario } from "../scenario.js";
import { openPeer } from "./peer.js";

/**
 * All connections are cut at the same moment: the latency is the time until a user is back, and in its room. That of a client
 * includes the random half second that it waits, which is what keeps a storm from being worse.
 */
export const reconnectStorm: Scenario = {
  name: "reconnect-storm",
  together: true,
  rate: 0.2,
  messages: 3,
  async start(user) {
    const peer = await openPeer(user);
    return {
      async act() {
        const back = peer.kind === "client" ? isBack(peer.client, peer.room) : undefined;
        user.cut();
        await (back ?? user.socket());
      },
    };
  },
};

/** Resolves when the client has lost its connection, has another one, and is a member again. */
function isBack(client: LooseClient, room: LooseRoom | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let lost = client.state.kind !== "connected";
    const look = (): void => {
      const { state } = client;
      if (state.kind !== "connected") lost = true;
      if (state.kind === "closed")
        reject(state.error ?? new TautlineError("CLOSED", "the client was closed"));
      else if (!lost || state.kind !== "connected" || (room && room.state.kind !== "joined")) return;
      for (const remove of removers) remove();
      resolve();
    };
    const removers = [client.on("state", look), room?.on("state", look) ?? (() => {})];
  });
}
