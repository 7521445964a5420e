import assert from "node:assert/strict";
import type { Broker } from "../broker.js";
import type { PresenceLease } from "../presence-store.js";
import { type BrokerCase, type BrokerHarness, brokerCase } from "./broker-case.js";

const leases = { presenceLeaseMs: 2_000 };

/** What every broker must do as it tells who is where. A store whose leases have no end passes what ends them. */
export const presenceCases: readonly BrokerCase[] = [
  brokerCase(
    "lists each member once, with the state of its newest lease, until its last lease is removed",
    async ({ broker, other }) => {
      await broker.presence.set(lease("m1", "c1", { state: "away" }));
      await other.presence.set(lease("m1", "c2", { state: "here", node: "n2" }));
      await broker.presence.set(lease("m2", "c3"));
      assert.deepEqual(await statesIn(other), ["m1 here", "m2 undefined"]);
      await other.presence.remove("a", "c2");
      await broker.presence.remove("a", "c3");
      assert.deepEqual((await statesIn(other)).length, 1);
      await broker.presence.remove("a", "c1");
      assert.deepEqual(await statesIn(other), []);
    },
  ),
  brokerCase(
    "shows what a member's newest connection says, also where an older one speaks later, until that is the only one",
    async (harness) => {
      const { broker, other } = harness;
      const told = await watched(harness);
      await broker.presence.set(lease("m1", "c2", { attempt: 2, state: "new" }));
      await other.presence.set(lease("m1", "c1", { attempt: 1, state: "late", node: "n2" }));
      assert.deepEqual(await statesIn(other), ["m1 new"]);
      await harness.turn(50);
      assert.equal(told.changes.at(-1), "set m1 new");
      await broker.presence.remove("a", "c2");
      assert.deepEqual(await statesIn(broker), ["m1 late"]);
      await harness.turn(50);
      assert.equal(told.changes.at(-1), "set m1 late");
    },
  ),
  brokerCase("replaces the lease of a connection, also by another member's", async ({ broker, other }) => {
    await broker.presence.set(lease("m1", "c1", { state: 1 }));
    await broker.presence.set(lease("m1", "c1", { state: 2 }));
    assert.deepEqual(await statesIn(other), ["m1 2"]);
    await broker.presence.set(lease("m2", "c1", { state: 3 }));
    assert.deepEqual(await statesIn(other), ["m2 3"]);
    await broker.presence.remove("a", "c1");
    assert.deepEqual(await statesIn(other), []);
  }),
  brokerCase("keeps rooms apart, and ignores the removal of what is not there", async ({ broker, other }) => {
    const rooms = ["a", "A", "a.*", ">", "__proto__", "{}", "a b\r\n", "é", "e\u0301"];
    for (const room of rooms) await broker.presence.set(lease(`m of ${room}`, "c1", { room }));
    await broker.presence.remove("nowhere", "c1");
    await broker.presence.remove("a", "c9");
    await broker.presence.remove("A", "c1");
    for (const room of rooms)
      assert.deepEqual(
        await membersIn(other, room),
        room === "A" ? [] : [`m of ${room}`],
        JSON.stringify(room),
      );
  }),
  brokerCase(
    "tells every change in a room to whoever watches it, and nothing of other rooms",
    async (harness) => {
      const told = await watched(harness);
      await harness.broker.presence.set(lease("m1", "c1", { state: 1 }));
      await harness.broker.presence.set(lease("m1", "c1", { state: 2 }));
      await harness.broker.presence.set(lease("m3", "c3", { room: "b" }));
      await harness.broker.presence.remove("a", "c1");
      await harness.turn(50);
      assert.deepEqual(told.changes, ["set m1 1", "set m1 2", "left m1"]);
    },
  ),
  brokerCase("tells that a member has left only with its last lease, and once", async (harness) => {
    const { broker, other } = harness;
    const told = await watched(harness);
    await broker.presence.set(lease("m1", "c1"));
    await other.presence.set(lease("m1", "c2", { node: "n2" }));
    await broker.presence.remove("a", "c1");
    await harness.turn(50);
    assert.ok(!told.changes.includes("left m1"), "one lease is left");
    await other.presence.remove("a", "c2");
    await other.presence.remove("a", "c2");
    await harness.turn(50);
    assert.deepEqual(
      told.changes.filter((change) => change === "left m1"),
      ["left m1"],
    );
  }),
  brokerCase("tells nothing once a watch has ended, which may be said twice", async (harness) => {
    const told = await watched(harness);
    await harness.broker.presence.set(lease("m1", "c1"));
    await harness.turn(50);
    await told.end();
    await told.end();
    await harness.broker.presence.remove("a", "c1");
    await harness.turn(50);
    assert.deepEqual(told.changes, ["set m1 undefined"]);
  }),
  brokerCase(
    "ends the leases of a node that no longer renews them, tells it once, and no other node's",
    async (harness) => {
      const { broker, other } = harness;
      const leaseMs = other.presence.leaseMs;
      if (leaseMs === undefined) return;
      const told = await watched(harness);
      await broker.presence.set(lease("m1", "c1", { node: "dead" }));
      await other.presence.set(lease("m2", "c2", { node: "alive" }));
      await harness.turn(leaseMs * 0.6);
      await other.presence.renew("alive");
      await harness.turn(leaseMs * 0.6);
      assert.deepEqual(await membersIn(other), ["m2"]);
      assert.deepEqual(told.changes.slice(2), ["left m1"]);
      await harness.turn(leaseMs);
      assert.deepEqual(await membersIn(other), []);
      assert.deepEqual(told.changes.slice(2), ["left m1", "left m2"]);
    },
    leases,
  ),
  brokerCase(
    "keeps the leases of a node for as long as it renews them, also the ones it made meanwhile",
    async (harness) => {
      const { broker, other } = harness;
      const leaseMs = other.presence.leaseMs;
      if (leaseMs === undefined) return;
      const told = await watched(harness);
      await broker.presence.set(lease("m1", "c1"));
      for (let i = 0; i < 6; i++) {
        await harness.turn(leaseMs / 2);
        await broker.presence.renew("n1");
        if (i === 2) await broker.presence.set(lease("m2", "c2"));
      }
      assert.deepEqual(await membersIn(other), ["m1", "m2"]);
      assert.deepEqual(told.changes.length, 2);
    },
    leases,
  ),
  brokerCase(
    "keeps a member that is there on a living node too, when another node of it dies",
    async (harness) => {
      const { broker, other } = harness;
      const leaseMs = other.presence.leaseMs;
      if (leaseMs === undefined) return;
      const told = await watched(harness);
      await broker.presence.set(lease("m1", "c1", { node: "dead" }));
      await other.presence.set(lease("m1", "c2", { node: "alive" }));
      for (let i = 0; i < 4; i++) {
        await harness.turn(leaseMs / 2);
        await other.presence.renew("alive");
      }
      assert.deepEqual(await membersIn(other), ["m1"]);
      assert.ok(!told.changes.includes("left m1"));
      await broker.presence.set(lease("m3", "c3", { node: "dead" }));
      assert.deepEqual(await membersIn(other), ["m1", "m3"]);
    },
    leases,
  ),
];

function lease(
  member: string,
  connection: string,
  { room = "a", node = "n1", attempt = 1, state }: Partial<PresenceLease> & { readonly state?: unknown } = {},
): PresenceLease {
  return { room, connection, node, attempt, entry: { user: `user of ${member}`, member, state } };
}

async function membersIn({ presence }: Broker, room: string = "a"): Promise<string[]> {
  return [...(await presence.list(room))].map(({ member }) => member).sort();
}

async function statesIn({ presence }: Broker): Promise<string[]> {
  return [...(await presence.list("a"))].map(({ member, state }) => `${member} ${String(state)}`).sort();
}

/** What another node is told of room `a`. */
async function watched({
  other,
}: BrokerHarness): Promise<{ readonly changes: string[]; end(): Promise<void> }> {
  const changes: string[] = [];
  const watch = await other.presence.watch("a", (change) => {
    changes.push(
      change.kind === "set"
        ? `set ${change.entry.member} ${String(change.entry.state)}`
        : `left ${change.member}`,
    );
  });
  return { changes, end: async () => watch.unsubscribe() };
}
