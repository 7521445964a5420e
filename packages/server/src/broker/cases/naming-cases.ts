import assert from "node:assert/strict";
import { type BrokerCase, brokerCase } from "./broker-case.js";
import { Listener, payloadOf, plenty, textOf } from "./listener.js";

const keeping = { retention: plenty };

/** Names that mean something to some engine, in some language, or that look like one another. */
const names: readonly string[] = [
  ...[
    "a",
    "A",
    "a.b",
    "a.*",
    "*",
    ">",
    "a.>",
    "a?",
    "[a]",
    "a b",
    " a",
    " ",
    "a\r\nb",
    "a\tb",
    "{a}",
    "{}",
    "}{",
  ],
  ...[
    "$SYS",
    "$JS.API",
    "$user/1",
    "__proto__",
    "constructor",
    "a:b",
    "a/b",
    "a%2Fb",
    "a\\b",
    "'a",
    '"a',
    "../a",
  ],
  ...["é", "e\u0301", "😀", "\u0000", "0", "a\u2028b", "x".repeat(256), "x".repeat(255)],
];

/** A name is a name: it is compared byte by byte and means nothing else to any engine. */
export const namingCases: readonly BrokerCase[] = [
  brokerCase(
    "keeps what is appended under different names apart, whatever the names hold",
    async (harness) => {
      const { broker, other } = harness;
      for (const name of names) await broker.append(name, payloadOf(name), keeping);
      const epochs = new Set<string>();
      for (const name of names) {
        const page = await other.history.read(name, { after: 0 }, plenty);
        assert.deepEqual([page?.head, page?.publications.map(textOf)], [1, [name]], JSON.stringify(name));
        epochs.add(page?.epoch ?? "");
      }
      assert.equal(epochs.size, names.length);
    },
  ),
  brokerCase("delivers to the subscribers of exactly that name, whatever names hold", async (harness) => {
    const listeners: (readonly [string, Listener])[] = [];
    for (const name of names) listeners.push([name, await Listener.on(harness, name)]);
    for (const name of names) await harness.broker.publish(name, payloadOf(name));
    for (const [name, listener] of listeners)
      assert.deepEqual(await listener.texts(1), [name], JSON.stringify(name));
  }),
  brokerCase("takes keys as they are, whatever they hold, for their own stream only", async ({ broker }) => {
    const offsets: number[] = [];
    for (const key of names)
      offsets.push((await broker.append("a", payloadOf("x"), { ...keeping, key })).offset);
    assert.deepEqual(
      offsets,
      names.map((_, i) => i + 1),
    );
    for (const [i, key] of names.entries())
      assert.equal((await broker.append("a", payloadOf("x"), { ...keeping, key })).offset, i + 1);
    assert.equal((await broker.append("b", payloadOf("x"), { ...keeping, key: names[4] })).offset, 1);
  }),
  brokerCase(
    "appends once under a key, delivers it once and gives the first result again",
    async (harness) => {
      const { broker, other } = harness;
      const there = await Listener.on(harness, "a");
      const first = await broker.append("a", payloadOf("one"), { ...keeping, key: "m/1" });
      await harness.turn(50);
      const again = await other.append("a", payloadOf("one"), { ...keeping, key: "m/1" });
      await broker.append("a", payloadOf("two"), { ...keeping, key: "m/2" });
      assert.deepEqual(again, first);
      assert.deepEqual(await there.texts(2), ["one", "two"]);
      assert.equal((await other.history.open("a", plenty)).head, 2);
    },
  ),
  brokerCase("appends once under a key that comes from two nodes at once", async (harness) => {
    const { broker, other } = harness;
    const there = await Listener.on(harness, "a");
    const twice = await Promise.all(
      [broker, other].map(async (node) => node.append("a", payloadOf("one"), { ...keeping, key: "m/1" })),
    );
    assert.deepEqual(twice[0], twice[1]);
    assert.deepEqual(await there.texts(1), ["one"]);
  }),
  brokerCase("remembers the key of a publication that is no longer kept", async ({ broker }) => {
    const retention = { size: 1, bytes: 1_000 };
    const first = await broker.append("a", payloadOf("one"), { retention, key: "m/1" });
    for (const text of ["two", "three"]) await broker.append("a", payloadOf(text), { retention });
    assert.deepEqual(await broker.append("a", payloadOf("one"), { retention, key: "m/1" }), first);
    assert.equal((await broker.history.open("a", retention)).head, 3);
  }),
];
