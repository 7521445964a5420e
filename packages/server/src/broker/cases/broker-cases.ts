import assert from "node:assert/strict";
import type { Retention } from "../history.js";
import { type BrokerCase, Listener, payloadOf, textOf } from "./broker-case.js";

const retention: Retention = { size: 100, bytes: 1_000_000 };

/** What carries publications must do. */
export const brokerCases: readonly BrokerCase[] = [
  {
    name: "gives publications of a stream the offsets 1, 2, 3 in one epoch, and other streams their own",
    async run({ broker, other }) {
      const first = await broker.append("a", payloadOf("one"), { retention });
      const second = await other.append("a", payloadOf("two"), { retention });
      const elsewhere = await broker.append("b", payloadOf("one"), { retention });
      assert.deepEqual([first.offset, second.offset, elsewhere.offset], [1, 2, 1]);
      assert.equal(first.epoch, second.epoch);
      assert.notEqual(first.epoch, elsewhere.epoch);
      assert.ok(first.epoch.length >= 11, "64 random bits take 11 characters at least");
    },
  },
  {
    name: "delivers what is appended to every subscriber with its position, the appending node included",
    async run({ broker, other }) {
      const [here, there] = [await Listener.on(broker, "a"), await Listener.on(other, "a")];
      const { epoch, timestamp } = await broker.append("a", payloadOf("one"), { retention });
      await broker.append("a", payloadOf("two"), { retention });
      for (const listener of [here, there]) {
        assert.deepEqual(await listener.texts(2), ["one", "two"]);
        const [{ position, timestamp: told } = { timestamp: 0 }] = listener.deliveries;
        assert.equal(position?.epoch, epoch);
        assert.equal(position?.offset, 1);
        assert.equal(told, timestamp);
      }
    },
  },
  {
    name: "delivers what is published without a position, in order with what is appended, with its fields as they are",
    async run({ broker, other }) {
      const there = await Listener.on(other, "a");
      await broker.append("a", payloadOf("kept"), { retention });
      await broker.publish("a", { ...payloadOf("unkept"), volatile: true, except: ["c1"] });
      await broker.append("a", payloadOf("kept too"), { retention });
      assert.deepEqual(await there.texts(3), ["kept", "unkept", "kept too"]);
      const { position, volatile, except } = there.deliveries[1] ?? {};
      assert.deepEqual(
        { position, volatile, except },
        { position: undefined, volatile: true, except: ["c1"] },
      );
      assert.equal((await broker.history.open("a", retention)).head, 2);
    },
  },
  {
    name: "delivers nothing after an unsubscribe, and nothing of other channels, whatever their names hold",
    async run({ broker }) {
      const gone = await Listener.on(broker, "a");
      await gone.end();
      await gone.end();
      const literal = await Listener.on(broker, "a.*>{}");
      for (const name of ["a", "a.b", "__proto__", "a.*>{}"]) await broker.publish(name, payloadOf(name));
      assert.deepEqual(await literal.texts(1), ["a.*>{}"]);
      assert.equal(gone.deliveries.length, 0);
    },
  },
  {
    name: "appends once under one key of a stream and gives the first position again",
    async run({ broker, other }) {
      const there = await Listener.on(other, "a");
      const first = await broker.append("a", payloadOf("one"), { retention, key: "m/1" });
      const again = await other.append("a", payloadOf("one"), { retention, key: "m/1" });
      const elsewhere = await broker.append("b", payloadOf("one"), { retention, key: "m/1" });
      await broker.append("a", payloadOf("two"), { retention, key: "m/2" });
      assert.deepEqual(again, first);
      assert.equal(elsewhere.offset, 1);
      assert.deepEqual(await there.texts(2), ["one", "two"]);
    },
  },
];

/** What history must do. */
export const historyCases: readonly BrokerCase[] = [
  {
    name: "begins a stream when it is opened, at head 0 with nothing kept, and not when it is read",
    async run({ broker }) {
      assert.equal(await broker.history.read("a", { after: 0 }, retention), undefined);
      const opened = await broker.history.open("a", retention);
      assert.deepEqual([opened.head, opened.firstKept], [0, 1]);
      assert.deepEqual(await broker.history.open("a", retention), opened);
      assert.equal((await broker.append("a", payloadOf("one"), { retention })).epoch, opened.epoch);
    },
  },
  {
    name: "reads what follows an offset, the oldest first, and the newest so many",
    async run({ broker, other }) {
      for (const text of ["1", "2", "3", "4"]) await broker.append("a", payloadOf(text), { retention });
      const after = await other.history.read("a", { after: 2 }, retention);
      assert.deepEqual(after?.publications.map(textOf), ["3", "4"]);
      assert.deepEqual([after?.head, after?.firstKept], [4, 1]);
      const last = await other.history.read("a", { last: 3 }, retention);
      assert.deepEqual(
        last?.publications.map(({ offset }) => offset),
        [2, 3, 4],
      );
      assert.deepEqual((await other.history.read("a", { after: 4 }, retention))?.publications, []);
      assert.deepEqual((await other.history.read("a", { last: 0 }, retention))?.publications, []);
    },
  },
  {
    name: "gives a page of no more than the count and the bytes asked for, but always one publication",
    async run({ broker }) {
      for (const text of ["aaaa", "bbbb", "cccc"]) await broker.append("a", payloadOf(text), { retention });
      const read = async (range: object): Promise<string[]> =>
        (await broker.history.read("a", range, retention))?.publications.map(textOf) ?? [];
      assert.deepEqual(await read({ after: 0, maxCount: 2 }), ["aaaa", "bbbb"]);
      assert.deepEqual(await read({ after: 0, maxBytes: 9 }), ["aaaa", "bbbb"]);
      assert.deepEqual(await read({ after: 0, maxBytes: 1 }), ["aaaa"]);
      assert.deepEqual(await read({ last: 3, maxBytes: 9 }), ["bbbb", "cccc"]);
    },
  },
  {
    name: "keeps no more than the count, the bytes and the age of the retention, and goes on counting",
    async run({ broker, advance }) {
      const few = { size: 2, bytes: 1_000_000 };
      for (const text of ["1", "2", "3"]) await broker.append("count", payloadOf(text), { retention: few });
      assert.equal((await broker.history.open("count", few)).firstKept, 2);

      const small = { size: 100, bytes: 5 };
      for (const text of ["aaa", "bbb"]) await broker.append("bytes", payloadOf(text), { retention: small });
      assert.equal((await broker.history.open("bytes", small)).firstKept, 2);

      const brief = { ...retention, ttlMs: 1_000 };
      await broker.append("age", payloadOf("old"), { retention: brief });
      await advance(600);
      await broker.append("age", payloadOf("new"), { retention: brief });
      await advance(600);
      const page = await broker.history.read("age", { after: 0 }, brief);
      assert.deepEqual(page?.publications.map(textOf), ["new"]);
      await advance(600);
      const { head, firstKept } = await broker.history.open("age", brief);
      assert.deepEqual([head, firstKept], [2, 3]);
    },
  },
];

/** What a store of presence must do. */
export const presenceCases: readonly BrokerCase[] = [
  {
    name: "lists each member once, with the state of its newest lease, until its last lease is removed",
    async run({ broker, other }) {
      const lease = (connection: string, member: string, state: unknown) => ({
        ...{ room: "a", connection, node: "n1" },
        entry: { user: "u", member, state },
      });
      await broker.presence.set(lease("c1", "m1", "away"));
      await broker.presence.set(lease("c2", "m1", "here"));
      await broker.presence.set(lease("c3", "m2", undefined));
      const states = async (): Promise<unknown[]> =>
        [...(await other.presence.list("a"))].map(({ member, state }) => [member, state]).sort();
      assert.deepEqual(await states(), [
        ["m1", "here"],
        ["m2", undefined],
      ]);
      await broker.presence.remove("a", "c2");
      await broker.presence.remove("a", "c3");
      await broker.presence.remove("a", "unknown");
      assert.equal((await states()).length, 1);
      await broker.presence.remove("a", "c1");
      assert.deepEqual(await states(), []);
    },
  },
  {
    name: "tells every change to whoever watches the room, and nothing after the watch has ended",
    async run({ broker, other }) {
      const told: string[] = [];
      const watch = await other.presence.watch("a", (change) =>
        told.push(change.kind === "set" ? `set ${change.entry.member}` : `left ${change.member}`),
      );
      const entry = { user: "u", member: "m1" };
      await broker.presence.set({ room: "a", connection: "c1", node: "n1", entry });
      await broker.presence.set({ room: "b", connection: "c1", node: "n1", entry });
      await broker.presence.remove("a", "c1");
      assert.deepEqual(told, ["set m1", "left m1"]);
      await watch.unsubscribe();
      await broker.presence.set({ room: "a", connection: "c1", node: "n1", entry });
      assert.equal(told.length, 2);
    },
  },
  {
    name: "ends the leases of a node that stopped renewing, if leases have an end, and no other's",
    async run({ broker, other, advance }) {
      const { leaseMs } = broker.presence;
      if (leaseMs === undefined) return;
      const told: unknown[] = [];
      await other.presence.watch("a", (change) => told.push(change));
      await broker.presence.set({
        room: "a",
        connection: "c1",
        node: "dead",
        entry: { user: "u", member: "m1" },
      });
      await other.presence.set({
        room: "a",
        connection: "c2",
        node: "alive",
        entry: { user: "u", member: "m2" },
      });
      await advance(leaseMs / 2);
      await other.presence.renew("alive");
      await advance(leaseMs / 2 + 1);
      assert.deepEqual(
        (await other.presence.list("a")).map(({ member }) => member),
        ["m2"],
      );
      assert.deepEqual(told.at(-1), { kind: "left", member: "m1" });
    },
  },
];
