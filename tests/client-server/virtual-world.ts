import { createClient } from "@tautline/client";
import { type Clock, defineContract, unchecked } from "@tautline/protocol";
import { allowAll, type Connection, createServer, guests, type Server } from "@tautline/server";
import {
  type Listener,
  type NetworkConditions,
  type NetworkRecord,
  seededRandom,
  VirtualClock,
  VirtualNetwork,
} from "@tautline/testing";

const chat = defineContract({
  rooms: {
    "chat/:id": {
      messages: { say: { data: unchecked<string>() } },
      events: { said: { data: unchecked<string>() } },
    },
  },
});

const url = "ws://chat.test/live";

export interface WorldOptions extends Partial<NetworkConditions> {
  /** The clock as the clients see it. @default as it is */
  readonly clientsClock?: (clock: Clock) => Clock;
  /** The clock as the servers see it. @default as it is */
  readonly serversClock?: (clock: Clock) => Clock;
}

const same = (clock: Clock): Clock => clock;

/** The whole real server and as many whole real clients as are asked for, over one network. */
export function world({ clientsClock = same, serversClock = same, ...faults }: WorldOptions = {}) {
  const clock = new VirtualClock();
  const [ofClients, ofServers] = [clientsClock(clock), serversClock(clock)];
  const random = seededRandom(7);
  const records: NetworkRecord[] = [];
  const conditions = { latencyMs: [5, 40] as const, ...faults };
  const network = new VirtualNetwork({ clock, random, conditions, trace: (record) => records.push(record) });
  const serve = () => {
    const server: Server<typeof chat> = createServer(chat, {
      authenticate: guests(),
      authorize: allowAll,
      rooms: { "chat/:id": { history: { size: 1_000 } } },
      clock: ofServers,
      random,
    });
    const connections = new Set<Connection<typeof chat>>();
    server.on("connect", ({ connection }) => connections.add(connection));
    server.on("disconnect", ({ connection }) => connections.delete(connection));
    server.handle("chat/:id", "say", async ({ room, data }) => {
      await room.publish("said", data);
    });
    const listener: Listener = network.listen(url, (transport, request) => server.accept(transport, request));
    return { server, listener, connections };
  };
  /** A client that has opened nothing yet. */
  const client = () => {
    const device = network.device({ terminates: true });
    const { WebSocket } = device;
    // Attempts that fail for long are far between at last.
    const joinTimeoutMs = 60_000;
    const made = createClient(chat, {
      ...{ url, clock: ofClients, random, network: null, WebSocket, joinTimeoutMs },
    });
    return { client: made, links: device.links };
  };
  const join = async () => {
    const member = client();
    const [heard, states]: [string[], string[]] = [[], []];
    const room = member.client.room("chat/lobby");
    room.on("said", ({ data }) => heard.push(data));
    room.on("gap", ({ reason }) => heard.push(`gap: ${reason}`));
    member.client.on("state", ({ kind }) => states.push(kind));
    await clock.until(room.join());
    states.length = 0;
    return { ...member, room, heard, states };
  };
  return { clock, network, records, serve, client, join };
}
