import type { Clock, JoinRequest } from "@tautline/protocol";
import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { type Broker, MemoryBroker } from "../../src/broker/index.js";
import { asynchronous } from "../support/asynchronous.js";
import { type ChatOptions, chatServer } from "../support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };

export interface Hello {
  readonly attempt?: number;
  readonly welcomed?: number;
  readonly rooms?: readonly JoinRequest[];
}

/** A server, and peers that connect to it without a network. */
export type ServerNode = ReturnType<typeof nodeOn>;

type Wrap = (broker: Broker, clock: Clock) => Broker;

/** Both kinds of answers that a broker may give. */
export const brokers: readonly (readonly [string, Wrap])[] = [
  ["answers at once", (broker) => broker],
  ["answers by promise", asynchronous],
];

/** Several servers on one broker, on one clock that a test turns. */
export function cluster(wrap: Wrap = (broker) => broker, options: ChatOptions = {}) {
  const clock = new VirtualClock();
  const engine = new MemoryBroker({ clock, random: seededRandom(1), presenceLeaseMs: 30_000 });
  const node = (seed: number) =>
    nodeOn(wrap(engine, clock), clock, { random: seededRandom(seed), ...options });
  return { clock, engine, a: node(11), b: node(12), c: node(13) };
}

/** One server on a broker. */
export function nodeOn(broker: Broker, clock: VirtualClock, options: ChatOptions = {}) {
  const failures: unknown[] = [];
  const server = chatServer({
    clock,
    broker,
    heartbeat: { intervalMs: 1_000_000 },
    rooms: { "chat/:id": { history: { size: 100 } } },
    ...options,
  });
  server.on("error", ({ error }) => failures.push(error));
  server.handle("chat/:id", "say", async ({ room, data, user }) => {
    await room.publish("message", { text: data.text, by: user.id });
  });
  const connect = async (client: string, { attempt = 1, rooms = [], welcomed }: Hello = {}) => {
    const peer = new ScriptedTransport();
    server.accept(peer, request);
    peer.send({ type: "$hello", data: { client: `${client}-0123456789abcdef`, attempt, rooms, welcomed } });
    await clock.advance(5);
    return peer;
  };
  return { server, connect, failures };
}

/** The offsets of what a peer was given in rooms. */
export function offsetsOf(peer: ScriptedTransport): number[] {
  return peer.sent.flatMap(({ offset }) => (offset === undefined ? [] : [offset]));
}

/** How the server wanted to end a peer's connection. */
export function closedWith(peer: ScriptedTransport): number | undefined {
  return peer.closeRequests[0]?.code;
}
