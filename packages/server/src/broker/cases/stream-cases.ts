import assert from "node:assert/strict";
import { type BrokerCase, brokerCase } from "./broker-case.js";
import { Listener, payloadOf, plenty } from "./listener.js";

const brief = { ...plenty, ttlMs: 1_000 };

/** How long a stream lives: epoch and head outlive subscribers and data for a while, and never come back half. */
export const streamCases: readonly BrokerCase[] = [
  brokerCase("keeps epoch and head of a stream whose subscribers have gone", async (harness) => {
    const { broker, other } = harness;
    const listener = await Listener.on(harness, "a");
    const { epoch } = await broker.append("a", payloadOf("one"), { retention: plenty });
    await listener.end();
    await harness.turn(5_000);
    const { epoch: found, head, firstKept } = await other.history.open("a", plenty);
    assert.deepEqual({ epoch: found, head, firstKept }, { epoch, head: 1, firstKept: 1 });
  }),
  brokerCase(
    "keeps epoch and head for their time after the last publication has expired, then begins a new life",
    async (harness) => {
      const { broker, other } = harness;
      const { epoch } = await broker.append("a", payloadOf("one"), { retention: brief, key: "m/1" });
      await harness.turn(2_500);
      const later = await other.history.open("a", brief);
      assert.deepEqual([later.epoch, later.head, later.firstKept], [epoch, 1, 2]);
      await harness.turn(8_000);
      assert.equal(await other.history.read("a", { after: 0 }, brief), undefined);
      const again = await broker.append("a", payloadOf("two"), { retention: brief, key: "m/1" });
      assert.equal(again.offset, 1);
      assert.notEqual(again.epoch, epoch);
    },
    { metaTtlMs: 4_000 },
  ),
  brokerCase(
    "never forgets a stream that somebody subscribes to",
    async (harness) => {
      const { broker, other } = harness;
      await Listener.on(harness, "quiet");
      const { epoch } = await broker.history.open("quiet", brief);
      await harness.turn(10_000);
      for (const name of ["a", "b", "c", "d", "e"])
        await broker.append(name, payloadOf("x"), { retention: brief });
      assert.equal((await other.history.open("quiet", brief)).epoch, epoch);
    },
    { metaTtlMs: 2_000, maxStreams: 2 },
  ),
  brokerCase(
    "forgets the streams used longest ago, where there are more than it may have",
    async (harness) => {
      const { broker, other } = harness;
      const epochs = new Map<string, string>();
      for (const name of ["a", "b", "c"]) {
        epochs.set(name, (await broker.append(name, payloadOf("x"), { retention: plenty })).epoch);
        await harness.turn(20);
      }
      await other.history.read("a", { last: 1 }, plenty);
      await harness.turn(20);
      await broker.append("d", payloadOf("x"), { retention: plenty });
      await harness.turn(20);
      assert.equal(await other.history.read("b", { after: 0 }, plenty), undefined, "b was used longest ago");
      for (const name of ["a", "c"])
        assert.equal((await other.history.read(name, { after: 0 }, plenty))?.epoch, epochs.get(name), name);
      const again = await other.history.open("b", plenty);
      assert.equal(again.head, 0);
      assert.notEqual(again.epoch, epochs.get("b"));
    },
    { maxStreams: 3 },
  ),
];
