import assert from "node:assert/strict";
import type { Appended } from "../broker.js";
import { type BrokerCase, brokerCase } from "./broker-case.js";
import { Listener, payloadOf, plenty, textOf } from "./listener.js";

const keeping = { retention: plenty };

/** What every broker must do as it takes and carries publications. */
export const carryingCases: readonly BrokerCase[] = [
  brokerCase(
    "gives publications of a stream the offsets 1, 2, 3 in one epoch, and other streams their own",
    async ({ broker, other }) => {
      const first = await broker.append("a", payloadOf("one"), keeping);
      const second = await other.append("a", payloadOf("two"), keeping);
      const third = await broker.append("a", payloadOf("three"), keeping);
      const elsewhere = await broker.append("b", payloadOf("one"), keeping);
      assert.deepEqual([first.offset, second.offset, third.offset, elsewhere.offset], [1, 2, 3, 1]);
      assert.deepEqual([second.epoch, third.epoch], [first.epoch, first.epoch]);
      assert.notEqual(first.epoch, elsewhere.epoch);
      assert.ok(first.epoch.length >= 11, "64 random bits take 11 characters at least");
    },
  ),
  brokerCase(
    "gives appends that come from two nodes at once offsets without holes, and delivers them in that order to both",
    async (harness) => {
      const { broker, other } = harness;
      const [here, there] = [await Listener.on(harness, "a", broker), await Listener.on(harness, "a")];
      const appended = await Promise.all(
        Array.from({ length: 20 }, async (_, i): Promise<Appended> => {
          const node = i % 2 === 0 ? broker : other;
          return node.append("a", payloadOf(`${i}`), keeping);
        }),
      );
      const offsets = appended.map(({ offset }) => offset).sort((a, b) => a - b);
      assert.deepEqual(offsets, upTo(20));
      for (const listener of [here, there]) assert.deepEqual(await listener.offsets(20), upTo(20));
      assert.deepEqual(here.deliveries.map(textOf), there.deliveries.map(textOf));
    },
  ),
  brokerCase(
    "delivers what is appended to every subscriber once, with its position and time, the appending node included",
    async (harness) => {
      const { broker } = harness;
      const listeners = [
        await Listener.on(harness, "a", broker),
        await Listener.on(harness, "a", broker),
        await Listener.on(harness, "a"),
      ];
      const { epoch, offset, timestamp } = await broker.append("a", payloadOf("one"), keeping);
      await broker.append("a", payloadOf("two"), keeping);
      for (const listener of listeners) {
        assert.deepEqual(await listener.texts(2), ["one", "two"]);
        const [told] = listener.deliveries;
        assert.equal(told?.position?.epoch, epoch);
        assert.equal(told?.position?.offset, offset);
        assert.equal(told?.timestamp, timestamp);
      }
    },
  ),
  brokerCase(
    "delivers what is published without a position, in order with what is appended, its fields as they are",
    async (harness) => {
      const { broker } = harness;
      const there = await Listener.on(harness, "a");
      const details = { volatile: true, except: ["c1", "c2"], conflate: "key" };
      await broker.append("a", payloadOf("kept"), keeping);
      await broker.publish("a", { ...payloadOf("unkept"), ...details });
      await broker.append("a", payloadOf("kept too"), keeping);
      assert.deepEqual(await there.texts(3), ["kept", "unkept", "kept too"]);
      const { position, volatile, except, conflate } = there.deliveries[1] ?? {};
      assert.deepEqual({ position, volatile, except, conflate }, { position: undefined, ...details });
      const { volatile: none } = there.deliveries[2] ?? {};
      assert.equal(none, undefined);
    },
  ),
  brokerCase("keeps nothing of what is published, and begins no stream by it", async ({ broker }) => {
    await broker.publish("a", payloadOf("unkept"));
    assert.equal(await broker.history.read("a", { after: 0 }, plenty), undefined);
    await broker.append("a", payloadOf("kept"), keeping);
    await broker.publish("a", payloadOf("unkept"));
    const page = await broker.history.read("a", { after: 0 }, plenty);
    assert.deepEqual([page?.head, page?.publications.map(textOf)], [1, ["kept"]]);
  }),
  brokerCase(
    "delivers whatever is appended from the moment on in which subscribing is done",
    async (harness) => {
      for (const name of ["a", "b", "c", "d", "e"]) {
        const listener = await Listener.on(harness, name);
        await harness.broker.append(name, payloadOf("at once"), keeping);
        assert.deepEqual(await listener.texts(1), ["at once"]);
      }
    },
  ),
  brokerCase(
    "delivers nothing after an unsubscribe, which may be said twice, and goes on for others",
    async (harness) => {
      const { broker } = harness;
      const [gone, stays] = [await Listener.on(harness, "a"), await Listener.on(harness, "a")];
      await broker.append("a", payloadOf("one"), keeping);
      assert.deepEqual(await gone.texts(1), ["one"]);
      await gone.end();
      await gone.end();
      await broker.append("a", payloadOf("two"), keeping);
      await broker.publish("a", payloadOf("three"));
      assert.deepEqual(await stays.texts(3), ["one", "two", "three"]);
      assert.deepEqual(gone.deliveries.map(textOf), ["one"]);
      const back = await Listener.on(harness, "a");
      await broker.append("a", payloadOf("four"), keeping);
      assert.deepEqual(await back.texts(1), ["four"]);
    },
  ),
  brokerCase(
    "serves the others, and tells one that failed at a delivery that it may have missed it",
    async (harness) => {
      const failure = new Error("a subscriber's own fault");
      const causes: unknown[] = [];
      await harness.other.subscribe("a", {
        delivered() {
          throw failure;
        },
        interrupted: (cause) => causes.push(cause),
      });
      const healthy = await Listener.on(harness, "a");
      await harness.broker.append("a", payloadOf("one"), keeping);
      assert.deepEqual(await healthy.texts(1), ["one"]);
      assert.deepEqual(causes, [failure]);
    },
  ),
  brokerCase(
    "hands payloads over as they were: bytes or text, empty or large, of whatever script",
    async (harness) => {
      const there = await Listener.on(harness, "a");
      const texts = ["{}", "", "ä€😀\u0000\r\n", "x".repeat(200_000)];
      for (const text of texts) await harness.broker.append("a", payloadOf(text), keeping);
      assert.deepEqual(await there.texts(texts.length), texts);
      const bytes = Uint8Array.of(0, 255, 128, 10);
      await harness.broker.append("a", { payload: bytes, byteLength: bytes.length }, keeping);
      await there.texts(texts.length + 1);
      const page = await harness.other.history.read("a", { after: 0 }, plenty);
      assert.deepEqual(page?.publications.slice(0, -1).map(textOf), texts);
      for (const given of [there.deliveries.at(-1), page?.publications.at(-1)])
        assert.deepEqual(Array.from((given?.payload ?? "") as Uint8Array), [0, 255, 128, 10]);
      const sizes = texts.map((text) => payloadOf(text).byteLength);
      assert.deepEqual(
        there.deliveries.map(({ byteLength }) => byteLength),
        [...sizes, 4],
      );
      assert.deepEqual(
        page?.publications.map(({ byteLength }) => byteLength),
        [...sizes, 4],
      );
    },
  ),
  brokerCase("delivers nothing once it is closed", async (harness) => {
    const here = await Listener.on(harness, "a", harness.broker);
    await harness.broker.append("a", payloadOf("one"), keeping);
    assert.deepEqual(await here.texts(1), ["one"]);
    await harness.broker.close();
    await assert.rejects(async () => harness.broker.append("a", payloadOf("two"), keeping));
    assert.deepEqual(await here.texts(1), ["one"]);
  }),
];

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
