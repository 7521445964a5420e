import { type ScriptedWebSockets, scriptedWebSockets, VirtualClock } from "@tautline/testing";
import type { NetworkChange } from "../../src/reconnecting-websocket/network.js";
import type { ReconnectingWebSocketOptions } from "../../src/reconnecting-websocket/options.js";
import { ReconnectingWebSocket } from "../../src/reconnecting-websocket/reconnecting-websocket.js";

/** What a test asks of one event, whatever its type. */
type Told = { readonly type: string } & Record<string, unknown>;

export interface World {
  readonly clock: VirtualClock;
  readonly sockets: ScriptedWebSockets;
  readonly socket: ReconnectingWebSocket;
  /** Every event, in order. */
  readonly told: Told[];
  /** Their types. */
  types(): string[];
  readonly network: { online: boolean; listeners: number; change(change: NetworkChange): void };
}

/** A reconnecting socket on a clock, a network and sockets that are moved by hand. The dice always say 0.5. */
export async function world(
  options: ReconnectingWebSocketOptions = {},
  url: ConstructorParameters<typeof ReconnectingWebSocket>[0] = "ws://test/feed",
  protocols?: ConstructorParameters<typeof ReconnectingWebSocket>[1],
): Promise<World> {
  const clock = new VirtualClock();
  const sockets = scriptedWebSockets();
  const listeners = new Set<(change: NetworkChange) => void>();
  const network = {
    online: true,
    get listeners() {
      return listeners.size;
    },
    change: (change: NetworkChange) => {
      for (const listener of [...listeners]) listener(change);
    },
    subscribe: (listener: (change: NetworkChange) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const random = { float: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  const socket = new ReconnectingWebSocket(url, protocols, {
    clock,
    random,
    network,
    WebSocket: sockets.WebSocket,
    ...options,
  });
  const told: Told[] = [];
  for (const type of ["open", "message", "error", "close", "retry"] as const) {
    socket.addEventListener(type, (event) => told.push(event as object as Told));
  }
  await clock.settle();
  return { clock, sockets, socket, told, network, types: () => told.map(({ type }) => type) };
}

/** The same, open. */
export async function openWorld(options: ReconnectingWebSocketOptions = {}): Promise<World> {
  const made = await world(options);
  made.sockets.last.accept();
  return made;
}
