import { type LooseClient, type LooseRoom, loose } from "../loose-client.js";
import type { PlainSocket, Turn, VirtualUser } from "../scenario.js";

/** What a user speaks through: a client of tautline, or a bare socket. */
export type Peer =
  | {
      readonly kind: "client";
      readonly client: LooseClient;
      readonly room: LooseRoom | undefined;
      readonly send: (turn: Turn) => Promise<void>;
    }
  | { readonly kind: "plain"; readonly socket: PlainSocket; readonly send: (turn: Turn) => Promise<void> };

/** What is refused for now is an error here: a load that waited would be another one than was asked for. */
export const atOnce = { retry: false };

/** Connects, and joins the user's room where it has one. */
export async function openPeer(user: VirtualUser): Promise<Peer> {
  const { plain, room: name, type = "" } = user.settings;
  if (plain) {
    const socket = await user.socket();
    return { kind: "plain", socket, send: (turn) => socket.send(user.text(turn)) };
  }
  const client = loose(user.client());
  await client.connect();
  const room = name === undefined ? undefined : client.room(name);
  await room?.join();
  return {
    kind: "client",
    client,
    room,
    send: (turn) => (room ?? client).send(type, user.data(turn), atOnce),
  };
}
