import type { ClientSpec } from "./dialect.js";
import { LoadClient, type OnMessage, type Peer } from "./load-client.js";

/** How many handshakes are under way at once. */
const lanes = 50;

/** Connects many clients, some at a time. The first that fails ends it. */
export async function connectAll(
  peer: Peer,
  specs: readonly ClientSpec[],
  onMessage: OnMessage = () => {},
): Promise<LoadClient[]> {
  const clients: LoadClient[] = [];
  let begun = 0;
  const lane = async () => {
    for (let next = begun++; next < specs.length; next = begun++)
      clients[next] = await LoadClient.connect(peer, specs[next] as ClientSpec, onMessage);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, specs.length) }, lane));
  return clients;
}

/** Clients that differ in their number, in the rooms that `roomsOf` gives each. */
export function specsOf(
  count: number,
  roomsOf: (number: number) => readonly string[],
  more: Omit<ClientSpec, "number" | "rooms"> = {},
): ClientSpec[] {
  return Array.from({ length: count }, (_, number) => ({ ...more, number, rooms: roomsOf(number) }));
}
