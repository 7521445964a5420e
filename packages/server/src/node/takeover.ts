import { closeCodes } from "@tautline/protocol";
import type { Clients } from "../connection/clients.js";
import type { LiveConnection } from "../connection/connection.js";
import type { NodeChannel } from "./node-channel.js";

/** What a takeover needs of the server. */
export interface TakeoverContext {
  readonly clients: Clients<LiveConnection>;
  readonly nodes: NodeChannel;
}

/**
 * Sees to it that a client has one connection over all nodes: the one of its greatest attempt. Each node tells of the
 * clients that come to it; one that has an older connection of such a client closes it, one that has a newer says so.
 * That works in whichever order the messages arrive, and none but these two kinds is ever needed.
 */
export function watchTakeovers({ clients, nodes }: TakeoverContext): void {
  nodes.on("arrived", ({ member, attempt }) => {
    const own = clients.of(member);
    if (!own) return;
    if (own.peer.attempt >= attempt) return nodes.tell("here", { member, attempt: own.peer.attempt });
    replace(own);
  });
  nodes.on("here", ({ member, attempt }) => {
    const own = clients.of(member);
    if (own && own.peer.attempt <= attempt)
      own.close(closeCodes.replaced, "a newer connection of this client is here");
  });
  nodes.missed = () => {
    for (const connection of clients.all) announceArrival(connection);
  };
}

/** Tells the other nodes of a connection. A plain peer has no other one. */
export function announceArrival({ kind, peer, context }: LiveConnection): void {
  const { member, attempt } = peer;
  if (kind === "full") context.nodes.tell("arrived", { member, attempt });
}

/** Ends a connection whose client has a newer one, unless it was told to connect elsewhere: PROTOCOL.md 5.5, 12.4. */
export function replace(older: LiveConnection): void {
  // It has just done so, and still waits for answers there.
  if (older.state.kind !== "draining") older.close(closeCodes.replaced, "the client has connected again");
}
