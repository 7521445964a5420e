import { deserialize, limits } from "@tautline/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { json, maxBytes } from "../src/frames.js";

const { decode, encode } = json;

/** An envelope of this many levels. */
function nested(levels: number): { readonly type: string; readonly data: unknown } {
  let data: unknown = 0;
  for (let i = 1; i < levels; i++) data = [data];
  return { type: "a", data };
}

/** The code of what `act` throws. */
function codeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}

it("the bound of a message in any codec is what 9 bytes for 4 make of the limit", () => {
  expect(maxBytes).toBe((limits.clientMessageBytes * 9) / 4);
});

describe("encode", () => {
  it("[2.13] writes what the codec of the protocol reads, whatever the data are", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 40 }), fc.string(), (data, type) => {
        const envelope = { type, data };
        const read = deserialize(JSON.stringify(envelope));
        const written = codeOf(() => encode(envelope));
        if (read.ok) expect(written).toBe(JSON.stringify(envelope));
        else expect(written).toBe(read.error.code);
      }),
    );
  });

  it("[2.6] [2.7] [2.13] refuses to its caller what a server would refuse", () => {
    expect(encode(nested(limits.depth))).toContain(`${"[".repeat(31)}0`);
    expect(codeOf(() => encode(nested(limits.depth + 1)))).toBe("BAD_ENVELOPE");
    expect(codeOf(() => encode({ type: "a", data: JSON.parse('[{"b":0,"__proto__":1}]') }))).toBe(
      "BAD_ENVELOPE",
    );
    expect(codeOf(() => encode({ type: "" }))).toBe("BAD_ENVELOPE");
    expect(codeOf(() => encode({ type: "a".repeat(limits.typeBytes + 1) }))).toBe("BAD_ENVELOPE");
    expect(codeOf(() => encode({ type: "a", data: 1n }))).toBe("BAD_DATA");
    expect(encode({ type: "ä" })).toBe('{"type":"ä"}');
  });

  it("takes texts that only look like a key __proto__, and what says itself how it is written", () => {
    const tree: Record<string, unknown> = { toJSON: () => "a tree" };
    tree.self = tree;
    for (const data of [',"__proto__":', { 'x,"__proto__': 1 }, ["__proto__"], tree, new Date(0)]) {
      expect(encode({ type: "a", data })).toBe(JSON.stringify({ type: "a", data }));
    }
  });
});

describe("decode", () => {
  it("gives what the server wrote", () => {
    const envelope = { type: "$error", id: 7, room: "a", offset: 1, error: { code: "BUSY", message: "" } };
    expect(decode(JSON.stringify(envelope))).toEqual(envelope);
  });

  it.each([
    [
      "[]",
      "no",
      "null",
      "5",
      '"a"',
      "",
      "{}",
      '{"type":5}',
      '{"type":"a","id":"1"}',
      '{"type":"a","offset":0.5}',
    ],
    ['{"type":"a","room":{}}', '{"type":"a","error":{"code":"BUSY"}}', '{"type":"a","error":1}'],
    [new ArrayBuffer(3), undefined, `"${"a".repeat(limits.clientMessageBytes)}"`],
  ])("[2.12] refuses %j and its like", (...messages) => {
    for (const message of messages) expect(codeOf(() => decode(message))).toBe("BAD_ENVELOPE");
  });
});
