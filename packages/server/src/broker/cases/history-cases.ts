import assert from "node:assert/strict";
import type { Broker } from "../broker.js";
import type { HistoryPage, ReadRange, Retention } from "../history.js";
import { type BrokerCase, brokerCase } from "./broker-case.js";
import { payloadOf, plenty, textOf } from "./listener.js";

/** What every broker must do as it gives back what it has kept. */
export const historyCases: readonly BrokerCase[] = [
  brokerCase(
    "begins a stream when it is opened, at head 0 with nothing kept, and not when it is read",
    async (harness) => {
      const { broker, other } = harness;
      assert.equal(await broker.history.read("a", { after: 0 }, plenty), undefined);
      const { epoch, head, firstKept } = await broker.history.open("a", plenty);
      assert.deepEqual([head, firstKept], [0, 1]);
      assert.deepEqual(await other.history.open("a", plenty), { epoch, head, firstKept });
      assert.equal((await broker.append("a", payloadOf("one"), { retention: plenty })).epoch, epoch);
      assert.deepEqual(await other.history.open("a", plenty), { epoch, head: 1, firstKept: 1 });
    },
  ),
  brokerCase("opens a stream once, where two nodes do it at once", async ({ broker, other }) => {
    const [here, there] = await Promise.all([
      (async () => broker.history.open("a", plenty))(),
      (async () => other.history.open("a", plenty))(),
    ]);
    assert.equal(here.epoch, there.epoch);
  }),
  brokerCase(
    "reads what follows an offset, the oldest first, with the stream's state",
    async ({ broker, other }) => {
      const { epoch } = await appendAll(broker, "a", ["1", "2", "3", "4"], plenty);
      const page = await other.history.read("a", { after: 2 }, plenty);
      assert.deepEqual(page?.publications.map(textOf), ["3", "4"]);
      assert.deepEqual(
        page?.publications.map(({ offset }) => offset),
        [3, 4],
      );
      assert.deepEqual([page?.epoch, page?.head, page?.firstKept], [epoch, 4, 1]);
      assert.deepEqual(await textsOf(other, "a", { after: 0 }), ["1", "2", "3", "4"]);
      assert.deepEqual(await textsOf(other, "a", { after: 4 }), []);
      assert.deepEqual(await textsOf(other, "a", { after: 9 }), []);
    },
  ),
  brokerCase("reads the newest so many, the oldest of them first", async ({ broker, other }) => {
    await appendAll(broker, "a", ["1", "2", "3", "4"], plenty);
    assert.deepEqual(await textsOf(other, "a", { last: 3 }), ["2", "3", "4"]);
    assert.deepEqual(await textsOf(other, "a", { last: 9 }), ["1", "2", "3", "4"]);
    assert.deepEqual(await textsOf(other, "a", { last: 0 }), []);
  }),
  brokerCase("gives publications the times they were taken at", async (harness) => {
    const { broker, other } = harness;
    const { timestamp } = await broker.append("a", payloadOf("1"), { retention: plenty });
    await harness.turn(50);
    const later = await broker.append("a", payloadOf("2"), { retention: plenty });
    const page = await other.history.read("a", { after: 0 }, plenty);
    assert.deepEqual(
      page?.publications.map((kept) => kept.timestamp),
      [timestamp, later.timestamp],
    );
    assert.ok(later.timestamp >= timestamp + 40);
  }),
  brokerCase("gives a page of no more than the count asked for", async ({ broker }) => {
    await appendAll(broker, "a", ["1", "2", "3", "4"], plenty);
    assert.deepEqual(await textsOf(broker, "a", { after: 1, maxCount: 2 }), ["2", "3"]);
    assert.deepEqual(await textsOf(broker, "a", { last: 3, maxCount: 2 }), ["3", "4"]);
  }),
  brokerCase(
    "gives a page of no more than the bytes asked for, but one publication at least",
    async ({ broker }) => {
      await appendAll(broker, "a", ["aaaa", "ää", "cccc"], plenty);
      assert.deepEqual(await textsOf(broker, "a", { after: 0, maxBytes: 9 }), ["aaaa", "ää"]);
      assert.deepEqual(await textsOf(broker, "a", { after: 0, maxBytes: 7 }), ["aaaa"]);
      assert.deepEqual(await textsOf(broker, "a", { after: 0, maxBytes: 1 }), ["aaaa"]);
      assert.deepEqual(await textsOf(broker, "a", { last: 3, maxBytes: 9 }), ["ää", "cccc"]);
    },
  ),
  brokerCase("gives a page of at most a thousand publications, whatever is asked for", async ({ broker }) => {
    const texts = Array.from({ length: 1_005 }, (_, i) => `${i}`);
    await appendAll(broker, "a", texts, plenty);
    for (const maxCount of [undefined, 5_000])
      assert.equal((await textsOf(broker, "a", { after: 0, maxCount })).length, 1_000);
    assert.deepEqual(await textsOf(broker, "a", { after: 1_000 }), texts.slice(1_000));
  }),
  brokerCase(
    "keeps no more publications than the retention says, and goes on counting",
    async ({ broker, other }) => {
      const few = { size: 2, bytes: 1_000_000 };
      await appendAll(broker, "a", ["1", "2", "3"], few);
      assert.deepEqual(await boundsOf(other, "a", few), [2, 3]);
      assert.deepEqual(await textsOf(other, "a", { after: 0 }, few), ["2", "3"]);
    },
  ),
  brokerCase("keeps no more bytes than the retention says, the newest first", async ({ broker, other }) => {
    const small = { size: 100, bytes: 7 };
    await appendAll(broker, "a", ["aaa", "ää", "ccc"], small);
    assert.deepEqual(await boundsOf(other, "a", small), [2, 3]);
    assert.deepEqual(await textsOf(other, "a", { after: 0 }, small), ["ää", "ccc"]);
  }),
  brokerCase("keeps nothing that is older than the retention says, and goes on counting", async (harness) => {
    const { broker, other } = harness;
    const brief = { ...plenty, ttlMs: 1_000 };
    await appendAll(broker, "a", ["old"], brief);
    await harness.turn(600);
    await appendAll(broker, "a", ["new"], brief);
    await harness.turn(600);
    assert.deepEqual(await textsOf(other, "a", { after: 0 }, brief), ["new"]);
    await harness.turn(600);
    assert.deepEqual(await boundsOf(other, "a", brief), [3, 2]);
    assert.equal((await broker.append("a", payloadOf("newer"), { retention: brief })).offset, 3);
  }),
  brokerCase(
    "gives no more than the retention of the reader, where more was kept before",
    async ({ broker, other }) => {
      await appendAll(broker, "a", ["1", "2", "3"], plenty);
      const few = { size: 1, bytes: 1_000_000 };
      const page = (await other.history.read("a", { after: 0 }, few)) as HistoryPage;
      assert.deepEqual([page.firstKept, page.publications.map(textOf)], [3, ["3"]]);
    },
  ),
];

async function appendAll(
  broker: Broker,
  stream: string,
  texts: readonly string[],
  retention: Retention,
): Promise<{ readonly epoch: string }> {
  for (const text of texts) await broker.append(stream, payloadOf(text), { retention });
  return broker.history.open(stream, retention);
}

async function textsOf(
  broker: Broker,
  stream: string,
  range: ReadRange,
  retention: Retention = plenty,
): Promise<string[]> {
  return ((await broker.history.read(stream, range, retention))?.publications ?? []).map(textOf);
}

/** The oldest offset kept, and the newest. */
async function boundsOf(broker: Broker, stream: string, retention: Retention): Promise<number[]> {
  const { firstKept, head } = await broker.history.open(stream, retention);
  return [firstKept, head];
}
