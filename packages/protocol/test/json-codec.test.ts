import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deserialize, type Envelope, jsonCodec, limits, serialize, utf8Length } from "../src/index.js";
import { arbitraryEnvelope } from "./arbitrary-envelope.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const codes = ["BAD_JSON", "BAD_ENVELOPE"];

/** Taken apart and refused, but never thrown at the caller. */
function settles(text: string): void {
  const result = deserialize(text);
  if (result.ok) expect(typeof result.value.type).toBe("string");
  else expect(codes).toContain(result.error.code);
}

/** So many arrays inside one another. */
function nestedArrays(levels: number): unknown {
  return levels === 0 ? 1 : [nestedArrays(levels - 1)];
}

describe("deserialize", () => {
  it("gives back what serialize was given", () => {
    fc.assert(
      fc.property(arbitraryEnvelope, (sent) => {
        const text = serialize(sent);
        expect(text.ok && deserialize(text.value)).toEqual({ ok: true, value: sent });
      }),
    );
  });

  it("never throws, whatever the text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), settles), { numRuns: 500 });
    fc.assert(fc.property(fc.json({ maxDepth: 8, stringUnit: "binary" }), settles), { numRuns: 500 });
  });

  it("never throws, whatever stands in an envelope's fields", () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const fields = ["id", "room", "offset", "timestamp", "from", "error", "trace", "data", "unknown"];
    const shaped = fc.record(Object.fromEntries(["type", ...fields].map((field) => [field, anything])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(shaped, fc.boolean(), (value, typed) => {
        settles(JSON.stringify(typed ? { ...value, type: "x" } : value));
      }),
      { numRuns: 1_000 },
    );
  });

  it("never throws on bytes of noise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => settles(decoder.decode(bytes))),
      { numRuns: 500 },
    );
  });

  it("[2.4] refuses an envelope cut at any byte, and one with any byte changed is an envelope or refused", () => {
    const text = serialize({
      type: "say",
      data: { text: "Grüße 😀", n: [1.5e3, null] },
      id: 7,
      room: "chat/é",
    });
    const bytes = encoder.encode(text.ok ? text.value : "");
    for (let end = 0; end < bytes.length; end++) {
      expect(deserialize(decoder.decode(bytes.subarray(0, end)))).toMatchObject({
        ok: false,
        error: { code: "BAD_JSON" },
      });
      for (const byte of [0, 0x22, 0x5c, 0x7b, 0x7d, 0x80, 0xff]) {
        const changed = bytes.slice();
        changed[end] = byte;
        settles(decoder.decode(changed));
      }
    }
  });

  it("[2.6] counts 32 levels, in arrays and objects alike, and says no at 33", () => {
    const arrays = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    const objects = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels - 1)}`;
    for (const nest of [arrays, objects]) {
      for (const levels of [1, 29, 30, 31]) {
        expect(deserialize(`{"type":"x","data":${nest(levels)}}`).ok).toBe(true);
      }
      for (const levels of [32, 33, 5_000, 30_000]) {
        expect(deserialize(`{"type":"x","data":${nest(levels)}}`)).toMatchObject({
          error: { code: "BAD_ENVELOPE" },
        });
      }
    }
  });

  it("[2.7] refuses __proto__ as a key, however it is written, and changes no prototype", () => {
    for (const key of ["__proto__", "\\u005f_proto__", "__pr\\u006fto__"]) {
      expect(deserialize(`{"type":"x","data":{"a":[{"${key}":{"polluted":1}}]}}`).ok).toBe(false);
    }
    expect(deserialize('{"type":"x","data":{"constructor":{"prototype":{"polluted":1}}}}').ok).toBe(true);
    expect("polluted" in {}).toBe(false);
  });

  it("[2.8] takes the last of two equal keys, for the check as for the value", () => {
    expect(deserialize('{"type":"a","type":"b","id":0,"id":1}')).toEqual({
      ok: true,
      value: { type: "b", id: 1 },
    });
    expect(deserialize('{"type":"a","id":1,"id":0}').ok).toBe(false);
  });

  it("measures bytes before it reads", () => {
    const text = '{"type":"é"}';
    expect(deserialize(text, 13).ok).toBe(true);
    expect(deserialize(text, 12)).toMatchObject({ error: { code: "TOO_LARGE" } });
  });

  it("quotes little of what it refuses", () => {
    const result = deserialize("😀".repeat(100_000));
    expect(result.ok || result.error.message.length).toBeLessThan(100);
    expect(result.ok || result.error.message).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });

  it("refuses what is no text at all", () => {
    for (const value of [undefined, null, 1, {}, new Uint8Array([123, 125])]) {
      expect(deserialize(value as unknown as string, 100)).toMatchObject({ error: { code: "BAD_JSON" } });
    }
  });
});

describe("serialize", () => {
  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
        (value) => {
          const result = serialize({ type: "x", data: value });
          if (!result.ok) expect(["BAD_DATA", "BAD_ENVELOPE"]).toContain(result.error.code);
          serialize(value as Envelope);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("[2.13] sends nothing that deserialize would refuse", () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 40, maxKeys: 2 }), fc.string(), (value, type) => {
        const text = serialize({ type, data: value });
        if (text.ok) expect(deserialize(text.value).ok).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, unknown]>([
    ["a cycle", cycle()],
    ["a BigInt", 1n],
    [
      "a toJSON that throws",
      {
        toJSON: () => {
          throw new Error("no");
        },
      },
    ],
    [
      "a getter that throws",
      {
        get x() {
          throw new Error("no");
        },
      },
    ],
    ["a revoked proxy", revoked()],
  ])("refuses %s as BAD_DATA and keeps the cause", (_, value) => {
    const result = serialize({ type: "x", data: { value } });
    expect(result).toMatchObject({ ok: false, error: { code: "BAD_DATA" } });
    expect(result.ok || result.error.cause).toBeInstanceOf(Error);
  });

  it.each<[string, unknown]>([
    ["a key __proto__", JSON.parse('{ "__proto__": 1 }')],
    ["too many levels", nestedArrays(32)],
    ["a key __proto__ further down", [{ a: JSON.parse('{ "__proto__": 1 }') }]],
  ])("[2.13] refuses %s also where a toJSON says it: the peer would", (_, said) => {
    for (const data of [{ toJSON: () => said }, [{ toJSON: () => said }]]) {
      expect(serialize({ type: "x", data })).toMatchObject({ ok: false, error: { code: "BAD_ENVELOPE" } });
    }
    expect(serialize({ type: "x", data: { toJSON: () => ["fine"] } }).ok).toBe(true);
  });

  it("leaves out what JSON leaves out, and writes null where JSON does", () => {
    expect(serialize({ type: "x", data: undefined, id: undefined })).toEqual({
      ok: true,
      value: '{"type":"x"}',
    });
    expect(serialize({ type: "x", data: [Number.NaN, Number.POSITIVE_INFINITY, undefined] })).toEqual({
      ok: true,
      value: '{"type":"x","data":[null,null,null]}',
    });
    expect(serialize({ type: "x", data: new Date(0) })).toMatchObject({
      value: '{"type":"x","data":"1970-01-01T00:00:00.000Z"}',
    });
  });

  it("refuses an envelope that the peer would refuse", () => {
    const deep = JSON.parse("[".repeat(32) + "]".repeat(32));
    for (const envelope of [
      { type: "" },
      { type: "x", id: 0 },
      { type: "x", id: Number.NaN },
      { type: "x", room: "a\nb" },
      { type: "x", data: deep },
      { type: "x", data: JSON.parse('{"__proto__":1}') },
    ]) {
      expect(serialize(envelope)).toMatchObject({ ok: false, error: { code: "BAD_ENVELOPE" } });
    }
  });

  it("refuses what is no envelope", () => {
    for (const value of [undefined, null, 5, "x", [], () => 1, Symbol("x")]) {
      expect(serialize(value as unknown as Envelope).ok).toBe(false);
    }
  });

  it("measures bytes, not characters", () => {
    expect(serialize({ type: "é" }, 13).ok).toBe(true);
    expect(serialize({ type: "é" }, 12)).toMatchObject({ error: { code: "TOO_LARGE" } });
  });

  it("writes lone surrogates as escapes, so that every text it makes is UTF-8", () => {
    const text = serialize({ type: "x", data: "\ud800" });
    expect(text).toEqual({ ok: true, value: '{"type":"x","data":"\\ud800"}' });
  });
});

describe("jsonCodec", () => {
  it("makes frames that know their size in bytes", () => {
    fc.assert(
      fc.property(arbitraryEnvelope, (sent) => {
        const frame = jsonCodec.encode(sent);
        if (!frame.ok) throw frame.error;
        expect(frame.value.byteLength).toBe(encoder.encode(frame.value.payload as string).byteLength);
        expect(jsonCodec.decode(frame.value.payload)).toEqual({ ok: true, value: sent });
      }),
    );
  });

  it("refuses binary messages", () => {
    expect(jsonCodec.decode(encoder.encode('{"type":"x"}'))).toMatchObject({ error: { code: "BAD_JSON" } });
    expect(jsonCodec.binary).toBe(false);
  });

  it("reads the largest message that a server takes by default without a hitch", () => {
    const text = `{"type":"x","data":[${"[],".repeat(21_000)}0]}`;
    expect(utf8Length(text)).toBeLessThanOrEqual(limits.messageBytes);
    expect(jsonCodec.decode(text, limits.messageBytes).ok).toBe(true);
  });
});

function cycle(): unknown {
  const self: { self?: unknown } = {};
  self.self = self;
  return self;
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
