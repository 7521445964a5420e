import type { Frame, Transport, TransportEvents, WebSocketLike } from "@tautline/protocol";
import type { Listener, VirtualListenOptions, VirtualRequest } from "../../src/network/listener.js";
import type { NetworkRecord } from "../../src/network/network-record.js";
import { VirtualNetwork, type VirtualNetworkOptions } from "../../src/network/virtual-network.js";
import { seededRandom } from "../../src/seeded-random.js";
import { VirtualClock } from "../../src/virtual-clock.js";

export const url = "ws://server.test/live";

/** The server's end of a connection, and what it was told. */
export interface Served {
  readonly transport: Transport;
  readonly request: VirtualRequest;
  readonly events: string[];
}

export interface World {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly listener: Listener;
  /** The connections that were taken. */
  readonly served: Served[];
  readonly records: NetworkRecord[];
}

/** A network with a server that keeps what it is told. */
export function world(
  conditions: VirtualNetworkOptions["conditions"] = {},
  { seed = 1, ...options }: VirtualListenOptions & { seed?: number } = {},
): World {
  const clock = new VirtualClock();
  const records: NetworkRecord[] = [];
  const trace = (record: NetworkRecord): void => void records.push(record);
  const network = new VirtualNetwork({ clock, random: seededRandom(seed), conditions, trace });
  const served: Served[] = [];
  const accept = (transport: Transport, request: VirtualRequest): void => {
    const events: string[] = [];
    served.push({ transport, request, events });
    transport.start(recorder(events));
  };
  const listener = network.listen(url, accept, options);
  return { clock, network, listener, served, records };
}

export function recorder(events: string[]): TransportEvents {
  return {
    message: (data) => events.push(typeof data === "string" ? data : `bytes ${[...data].join()}`),
    alive: () => events.push("alive"),
    drained: () => events.push("drained"),
    closed: (code, reason) => events.push(`closed ${code} ${reason}`.trim()),
  };
}

export interface Dialled {
  readonly socket: WebSocketLike;
  readonly events: string[];
}

/** A client's socket that keeps what it is told. */
export function dial({ network }: World, protocols?: string | string[], address = url): Dialled {
  const socket = new network.WebSocket(address, protocols);
  socket.binaryType = "arraybuffer";
  const events: string[] = [];
  socket.onopen = () => events.push("open");
  socket.onmessage = ({ data }: { data: unknown }) => {
    events.push(data instanceof ArrayBuffer ? `bytes ${[...new Uint8Array(data)].join()}` : String(data));
  };
  socket.onerror = () => events.push("error");
  socket.onclose = ({ code, reason, wasClean }: { code: number; reason: string; wasClean: boolean }) => {
    events.push(`close ${code} ${reason} ${wasClean ? "clean" : "unclean"}`.replace("  ", " "));
  };
  return { socket, events };
}

/** The same, open. */
export async function connected(
  conditions: VirtualNetworkOptions["conditions"] = {},
): Promise<World & Dialled & { readonly server: Served }> {
  const made = world(conditions);
  const dialled = dial(made);
  await made.clock.until(() => dialled.socket.readyState === 1);
  dialled.events.length = 0;
  return { ...made, ...dialled, server: made.served[0] as Served };
}

export function frame(payload: string | Uint8Array): Frame {
  return { payload, byteLength: payload.length };
}
