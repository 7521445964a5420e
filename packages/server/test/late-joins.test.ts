import { ScriptedTransport, VirtualClock } from "@tautline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Broker, MemoryBroker } from "../src/broker/index.js";
import { SlowBroker } from "./room/slow-broker.js";
import { chatServer } from "./support/serving.js";

const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };

type Act = "connect" | "plain" | "join" | "leave" | "put out" | "publish" | "tell" | "end";

const act = fc.record({
  act: fc.constantFrom<Act>("connect", "plain", "join", "join", "leave", "put out", "publish", "tell", "end"),
  who: fc.nat({ max: 2 }),
});

/** Counts who listens to a broker. */
function counting(broker: Broker): { readonly listeners: () => number } {
  let listeners = 0;
  const { subscribe } = broker;
  broker.subscribe = async (...call) => {
    const subscription = await subscribe.apply(broker, call);
    let ended = false;
    listeners++;
    return {
      unsubscribe: () => {
        if (!ended) listeners--;
        ended = true;
        return subscription.unsubscribe();
      },
    };
  };
  return { listeners: () => listeners };
}

describe("connections that end while they are admitted, permitted and joined", () => {
  it("[7.12] leave nobody in a room, nothing that listens and no connection, at whatever moment (A-63, U11, U18)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(act, { minLength: 5, maxLength: 25, size: "max" }),
        async (scheduler, acts) => {
          const moment = <T>(value: T) => scheduler.schedule(Promise.resolve(value));
          const clock = new VirtualClock();
          const engine = new MemoryBroker({ clock });
          const { listeners } = counting(engine);
          const server = chatServer({
            clock,
            broker: new SlowBroker(engine, () => moment(undefined)),
            authenticate: () => moment({ id: "ada" }),
            authorize: () => moment(true),
            rooms: { "chat/:id": { history: { size: 10 }, graceMs: 0 } },
          });
          server.on("connect", ({ connection }) => {
            connections.push(connection);
          });
          const connections: { leave(room: string): boolean }[] = [];
          const peers = new Map<number, ScriptedTransport>();
          const ended: { readonly peer: ScriptedTransport; readonly sent: number }[] = [];
          const connect = (who: number, subprotocol?: string) => {
            const peer = new ScriptedTransport(subprotocol);
            peers.set(who, peer);
            server.accept(peer, request);
            const data = {
              client: `client-0123456789-${who}-${ended.length}`,
              attempt: 1,
              rooms: [{ room: "chat/a" }],
            };
            if (subprotocol === undefined) peer.send({ type: "$hello", data });
          };
          const perform = (what: Act, who: number) => {
            const peer = peers.get(who);
            if (what === "connect" && !peer) connect(who);
            if (what === "plain" && !peer) connect(who, "");
            if (what === "join") peer?.send({ type: "$join", data: { room: "chat/b" } });
            if (what === "leave") peer?.send({ type: "$leave", data: { room: "chat/b" } });
            if (what === "put out") connections.at(who)?.leave("chat/a");
            if (what === "publish") void server.room("chat/a").publish("message", { text: "hi", by: "app" });
            if (what === "tell") void server.user("ada").send("notice", { text: "hi" });
            if (what === "end" && peer) {
              peers.delete(who);
              peer.end(1006);
              ended.push({ peer, sent: peer.sent.length });
            }
          };
          const steps = acts.map(({ act: what, who }) => ({
            label: `${what} ${who}`,
            builder: async () => perform(what, who),
          }));
          scheduler.scheduleSequence(steps);
          const settled = async () => {
            await scheduler.waitIdle();
            await clock.settle();
            await scheduler.waitIdle();
          };
          await settled();
          for (const who of peers.keys()) perform("end", who);
          await settled();
          for (const { peer, sent } of ended) expect(peer.sent).toHaveLength(sent);
          expect(server.stats()).toMatchObject({ connections: 0, pending: 0, rooms: 0, memberships: 0 });
          // Only the node itself still listens to the other nodes.
          expect(listeners()).toBe(
            acts.some(({ act: what }) => what === "connect" || what === "plain") ? 1 : 0,
          );
          void server.close();
          await settled();
          expect(listeners()).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  }, 30_000);
});
