import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeNodeMessage, encodeNodeMessage, type NodeMessage } from "../../src/node/node-message.js";
import { closedWith, cluster } from "./nodes.js";

const messages: readonly NodeMessage[] = [
  { kind: "arrived", node: "n1", data: { member: "m", attempt: 1 } },
  { kind: "here", node: "n1", data: { member: "m", attempt: 2 } },
  { kind: "broadcast", node: "n1", data: { event: "notice", data: { a: [1] }, except: ["c"] } },
  { kind: "broadcast", node: "n1", data: { event: "image", data: [new Uint8Array([0, 255])], except: [] } },
  { kind: "broadcast", node: "n1", data: { event: "notice", data: { $bytes: "AP8=" }, except: [] } },
  { kind: "close-user", node: "n1", data: { user: "__proto__", code: 1000, reason: "" } },
  { kind: "reauthorize-user", node: "n1", data: { user: "u1" } },
];

/** What a stranger may put on the channel. */
const poison: readonly (readonly [string, unknown])[] = [
  ["no text at all", undefined],
  ["no JSON", "{"],
  ["JSON that is no object", "[]"],
  ["an empty object", "{}"],
  ["a newer version", '{"v":2,"kind":"here","node":"x","data":{"member":"m","attempt":9}}'],
  ["an unknown kind", '{"v":1,"kind":"eval","node":"x","data":{}}'],
  ["a kind that every object has", '{"v":1,"kind":"constructor","node":"x","data":{}}'],
  ["no sender", '{"v":1,"kind":"here","data":{"member":"m","attempt":9}}'],
  ["no data", '{"v":1,"kind":"here","node":"x"}'],
  ["an attempt that is none", '{"v":1,"kind":"here","node":"x","data":{"member":"m","attempt":1e999}}'],
  [
    "a user that is no text",
    '{"v":1,"kind":"close-user","node":"x","data":{"user":["u"],"code":1,"reason":""}}',
  ],
  [
    "people left out that are none",
    '{"v":1,"kind":"broadcast","node":"x","data":{"event":"notice","except":[1]}}',
  ],
  [
    "bytes that stand too deep",
    `{"v":1,"kind":"broadcast","bytes":true,"node":"x","data":{"event":"notice","except":[],"data":${"[".repeat(40)}${"]".repeat(40)}}}`,
  ],
  ["more than any message has", `"${"x".repeat(2_000_000)}"`],
  ["bytes that are no text", new Uint8Array([0xff, 0xfe])],
];

describe("a message between nodes", () => {
  it.each(messages)("of kind $kind is read as it was written, from text and from bytes", (message) => {
    const text = encodeNodeMessage(message);
    expect(decodeNodeMessage(text, 1_000)).toEqual(message);
    expect(decodeNodeMessage(new TextEncoder().encode(text), 1_000)).toEqual(message);
  });

  it.each(poison)("is none where there is %s (A-110)", (_, payload) => {
    expect(decodeNodeMessage(payload, 1_048_576)).toBeUndefined();
  });

  it("never throws, whatever comes (A-110)", () => {
    const mangled = fc.tuple(fc.constantFrom(...messages), fc.nat(200), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.oneof(fc.json(), mangled), (input) => {
        if (typeof input === "string") return void decodeNodeMessage(input, 1_000);
        const [message, at, noise] = input;
        const text = encodeNodeMessage(message);
        decodeNodeMessage(text.slice(0, at) + noise + text.slice(at + 1), 1_000);
      }),
    );
  });
});

describe("what strangers put on the nodes' channel", () => {
  it("is ignored and counted, and hurts nobody (A-110, A-111)", async () => {
    const { a, engine, clock } = cluster();
    const peer = await a.connect("ada");
    for (const [, payload] of poison) engine.publish("$nodes", { payload: payload as string, byteLength: 1 });
    await clock.settle();
    expect(a.server.stats().totals.brokerMessagesIgnored).toBe(poison.length);
    expect(closedWith(peer)).toBeUndefined();
  });

  it("is no event of the contract: then nobody gets it", async () => {
    const { a, engine, clock } = cluster();
    const peer = await a.connect("ada");
    for (const event of ["$gap", "toString", "unknown"]) {
      const payload = encodeNodeMessage({ kind: "broadcast", node: "x", data: { event, except: [] } });
      engine.publish("$nodes", { payload, byteLength: payload.length });
    }
    await clock.settle();
    expect(peer.sent.map(({ type }) => type)).toEqual(["$welcome"]);
  });

  it("cannot be a frame: it is reported, and the next message is heard", async () => {
    const { a, engine, clock } = cluster();
    const peer = await a.connect("ada");
    const nested = `${"[".repeat(100)}${"]".repeat(100)}`;
    for (const data of [nested, '{"text":"fine"}'])
      engine.publish("$nodes", {
        payload: `{"v":1,"kind":"broadcast","node":"x","data":{"event":"notice","data":${data},"except":[]}}`,
        byteLength: 100,
      });
    await clock.settle();
    expect(peer.take("notice").data).toEqual({ text: "fine" });
    expect(a.failures).toMatchObject([{ code: "BAD_ENVELOPE" }]);
  });
});
