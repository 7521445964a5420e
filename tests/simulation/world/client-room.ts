import type { Client } from "@tautline/client";
import { type contract, roomOf } from "./contract.js";

/** A client of the simulation's contract. */
export type SimClient = Client<typeof contract>;

/** A room of such a client. */
export type SimRoom = ReturnType<typeof roomIn>;

/** A room of a client, by its name. */
export function roomIn(client: SimClient, name: string) {
  const { pattern, id } = roomOf(name);
  return client.room(pattern, { id });
}
