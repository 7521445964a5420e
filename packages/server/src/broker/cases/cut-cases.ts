import assert from "node:assert/strict";
import { type BrokerCase, type BrokerHarness, brokerCase } from "./broker-case.js";
import { Listener, payloadOf, plenty, textOf } from "./listener.js";

const keeping = { retention: plenty };

/** What every broker must do that can be cut off from its engine, and comes back. */
export const cutCases: readonly BrokerCase[] = [
  brokerCase(
    "tells every subscriber, once it is back, that it may have missed something",
    async (harness) => {
      if (!harness.cut) return;
      const listeners = [await Listener.on(harness, "a"), await Listener.on(harness, "b")];
      const back = await harness.cut();
      await harness.broker.append("a", payloadOf("missed"), keeping);
      await harness.turn(50);
      await back();
      await comes(harness, () => listeners.every(({ interruptions }) => interruptions.length > 0));
      const page = await harness.other.history.read("a", { after: 0 }, plenty);
      assert.deepEqual(page?.publications.map(textOf), ["missed"]);
    },
  ),
  brokerCase("delivers on, once it is back, without having to be subscribed to again", async (harness) => {
    if (!harness.cut) return;
    const listener = await Listener.on(harness, "a");
    const back = await harness.cut();
    await harness.turn(50);
    await back();
    await comes(harness, () => listener.interruptions.length > 0);
    await harness.broker.append("a", payloadOf("kept"), keeping);
    await harness.broker.publish("a", payloadOf("unkept"));
    assert.deepEqual(await listener.texts(2), ["kept", "unkept"]);
  }),
  brokerCase(
    "refuses what it cannot hand to its engine, or does it once it is back, and never both",
    async (harness) => {
      if (!harness.cut) return;
      const back = await harness.cut();
      const appending = (async () => harness.other.append("a", payloadOf("x"), keeping))().then(
        () => true,
        () => false,
      );
      await harness.turn(50);
      await back();
      for (let turns = 0; turns < 20; turns++) await harness.turn(50);
      const wasTaken = await Promise.race([appending, Promise.resolve(undefined)]);
      const { head } = await harness.broker.history.open("a", plenty);
      assert.notEqual(wasTaken, undefined, "the append has settled");
      assert.equal(head, wasTaken ? 1 : 0);
    },
  ),
];

/** Waits for a fact, for a few seconds of the engine's time. */
async function comes({ turn }: BrokerHarness, isThere: () => boolean): Promise<void> {
  for (let turns = 0; turns < 200 && !isThere(); turns++) await turn(20);
  assert.ok(isThere(), "it did not come in time");
}
