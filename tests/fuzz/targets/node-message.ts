import fc from "fast-check";
import {
  decodeNodeMessage,
  encodeNodeMessage,
  type NodeMessage,
} from "../../../packages/server/src/node/node-message.js";
import { bytesOf, check, type Target } from "../engine/target.js";

const maxBytes = 1_000;
const text = fc.oneof(fc.constantFrom("ada", "", "\ud800"), fc.string({ maxLength: 10 }));
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom({ $bytes: "aGk=" }, { $bytes: "!" }),
);
const mostly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: anything });

const message = fc.record(
  {
    v: mostly(fc.constant(1)),
    kind: mostly(
      fc.constantFrom("arrived", "here", "broadcast", "close-user", "reauthorize-user", "constructor"),
    ),
    node: mostly(text),
    bytes: mostly(fc.boolean()),
    data: mostly(
      fc.record(
        {
          member: mostly(text),
          attempt: mostly(fc.integer({ min: 1 })),
          event: mostly(text),
          data: anything,
          except: mostly(fc.array(mostly(text), { maxLength: 3 })),
          user: mostly(text),
          code: mostly(fc.constantFrom(1000, 4000)),
          reason: mostly(text),
        },
        { requiredKeys: ["member", "attempt", "user"] },
      ),
    ),
  },
  { requiredKeys: ["kind", "node"] },
);

const real: readonly NodeMessage[] = [
  { kind: "arrived", node: "n1", data: { member: "m", attempt: 3 } },
  { kind: "here", node: "n1", data: { member: "m", attempt: 4 } },
  {
    kind: "broadcast",
    node: "n1",
    data: { event: "notice", data: { text: "hi", raw: new Uint8Array(3) }, except: ["c"] },
  },
  { kind: "close-user", node: "n1", data: { user: "ada", code: 1008, reason: "bye" } },
  { kind: "reauthorize-user", node: "n1", data: { user: "ada" } },
];

/** What nodes tell each other through a broker, which others may write to as well. */
export const target: Target = {
  name: "node-message",
  covers: ["server/src/node/node-message.ts"],
  leastBranches: 0.95,
  words: [
    '"v":1',
    '"kind":"',
    "arrived",
    "broadcast",
    "close-user",
    '"data":{',
    '"$bytes":"aGk="',
    '"bytes":true',
    '"except":[]',
  ],
  seeds: () => real.map((sent) => bytesOf(encodeNodeMessage(sent))),
  structured: fc.oneof(
    message.map((sent) => bytesOf(JSON.stringify(sent))),
    fc.constant(bytesOf(JSON.stringify({ v: 1, kind: "here", node: "x".repeat(70_000) }))),
    fc
      .nat(40)
      .map((levels) =>
        bytesOf(
          `{"v":1,"kind":"broadcast","node":"n","bytes":true,"data":${"[".repeat(levels)}${"]".repeat(levels)}}`,
        ),
      ),
  ),
  run(input) {
    // Some brokers hand over texts.
    for (const payload of [input, Buffer.from(input).toString()]) {
      const read = decodeNodeMessage(payload, maxBytes);
      if (!read) continue;
      const written = encodeNodeMessage(read);
      const again = decodeNodeMessage(written, Infinity);
      check(again !== undefined, "expected what was written to be read");
      check(encodeNodeMessage(again) === written, "expected the same to be read again");
    }
  },
};
