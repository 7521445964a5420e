import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  bytes,
  deserialize,
  hasBytes,
  isBytes,
  reviveBytes,
  type Schema,
  serialize,
  stringify,
  validate,
  withBytes,
} from "../src/index.js";

const said = (text: string) => ({ $bytes: text });
const anyBytes = fc.uint8Array({ maxLength: 100 });

/** What JSON says this data by, read again. */
function travelled(data: unknown): unknown {
  const text = serialize({ type: "x", data });
  if (!text.ok) throw text.error;
  const envelope = deserialize(text.value);
  if (!envelope.ok) throw envelope.error;
  return envelope.value.data;
}

describe("[2.14] bytes in JSON", () => {
  it("are base64 with padding, as every other program writes it", () => {
    fc.assert(
      fc.property(anyBytes, (given) => {
        expect(travelled(given)).toEqual(said(Buffer.from(given).toString("base64")));
      }),
    );
  });

  it("are written wherever they are, also where they are a Buffer", () => {
    expect(travelled({ a: [Buffer.from("hi")], b: { c: new Uint8Array([255]) } })).toEqual({
      a: [said("aGk=")],
      b: { c: said("/w==") },
    });
    expect(travelled({ toJSON: () => new Uint8Array([1]) })).toEqual(said("AQ=="));
  });

  it("are a part of a view where the view is one", () => {
    expect(travelled(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toEqual(said("AgM="));
  });

  it("are counted in a message's limit as they are written", () => {
    const text = serialize({ type: "x", data: new Uint8Array(700_000) }, 1_048_576);
    expect(text.ok && text.value.length).toBe(933_336 + '{"type":"x","data":{"$bytes":""}}'.length);
    expect(serialize({ type: "x", data: new Uint8Array(800_000) }, 1_048_576)).toMatchObject({
      error: { code: "TOO_LARGE" },
    });
  });

  it("leave everything else as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(stringify({ value, bytes: new Uint8Array([1]) })).toBe(
          JSON.stringify({ value, bytes: said("AQ==") }),
        );
        expect(stringify(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it("do not hide a cycle, a BigInt, or too many levels", () => {
    const self: Record<string, unknown> = { image: new Uint8Array(1) };
    self.self = self;
    self.again = self;
    expect(serialize({ type: "x", data: self })).toMatchObject({ error: { code: "BAD_DATA" } });
    expect(serialize({ type: "x", data: [1n, new Uint8Array(1)] })).toMatchObject({
      error: { code: "BAD_DATA" },
    });
    const deep = Array.from({ length: 33 }).reduce((inner) => [inner], new Uint8Array(1));
    expect(serialize({ type: "x", data: deep })).toMatchObject({ error: { code: "BAD_ENVELOPE" } });
  });
});

describe("reviveBytes", () => {
  it("gives back what was written, and changes nothing of what it is given", () => {
    const nest = fc.letrec<{ data: unknown }>((tie) => ({
      data: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        anyBytes,
        fc.array(tie("data"), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z$]{0,4}$/), tie("data"), { maxKeys: 4 }),
      ),
    })).data;
    fc.assert(
      fc.property(nest, (given) => {
        const seen = travelled(given);
        const before = JSON.stringify(seen);
        expect(reviveBytes(seen)).toEqual(given);
        expect(JSON.stringify(seen)).toBe(before);
      }),
    );
  });

  it("gives the very value back where there are none", () => {
    const value = { a: [1, { b: "$bytes" }], c: new Date(0) };
    expect(reviveBytes(value)).toBe(value);
  });

  it.each([
    ["two keys", { $bytes: "aGk=", more: 1 }],
    ["no text", { $bytes: 1 }],
    ["no padding", said("aGk")],
    ["padding alone", said("====")],
    ["padding too early", said("a===")],
    ["characters of another alphabet", said("-_8=")],
    ["white space", said("aGk=\n")],
    ["bits that are no byte", said("aGl=")],
    ["a key of another name", { $Bytes: "aGk=" }],
  ])("does not take %s for bytes", (_, value) => {
    expect(reviveBytes({ value })).toEqual({ value });
    expect(validate(bytes(), value)).toMatchObject({ ok: false, error: { code: "BAD_DATA" } });
  });

  it("takes exactly the base64 that is canonical", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/]{0,8}={0,2}$/), (text) => {
        const isCanonical = Buffer.from(text, "base64").toString("base64") === text;
        expect(isBytes(reviveBytes(said(text)))).toBe(isCanonical);
      }),
      { numRuns: 1_000 },
    );
  });

  it("lets a key __proto__ change no prototype", () => {
    const revived = reviveBytes(JSON.parse('{"__proto__":{"$bytes":"aGk="}}')) as object;
    expect(Object.getPrototypeOf(revived)).toBe(Object.prototype);
    expect(Object.keys(revived)).toEqual(["__proto__"]);
  });
});

describe("bytes()", () => {
  it("takes bytes, a Buffer, and what JSON says bytes by", () => {
    const value = new Uint8Array([104, 105]);
    expect(validate(bytes(), value)).toEqual({ ok: true, value });
    expect(validate(bytes(), said("aGk="))).toEqual({ ok: true, value });
    expect(validate(bytes(), Buffer.from("hi"))).toMatchObject({ ok: true });
  });

  it.each([
    undefined,
    null,
    "aGk=",
    [104],
    {},
    new Uint16Array(1),
    new ArrayBuffer(1),
    new DataView(new ArrayBuffer(1)),
  ])("refuses %o", (value) => {
    expect(validate(bytes(), value)).toMatchObject({ ok: false, error: { code: "BAD_DATA" } });
  });
});

describe("withBytes()", () => {
  const image: Schema = withBytes(z.object({ name: z.string(), image: z.instanceof(Uint8Array) }));

  it("lets a schema see bytes, in whichever form they came", () => {
    const data = { name: "a", image: new Uint8Array([1]) };
    expect(validate(image, data)).toEqual({ ok: true, value: data });
    expect(validate(image, travelled(data))).toEqual({ ok: true, value: data });
  });

  it("works with another library", () => {
    const schema = withBytes(v.object({ parts: v.array(v.instance(Uint8Array)) }));
    expect(validate(schema, { parts: [said("AQ==")] })).toEqual({
      ok: true,
      value: { parts: [new Uint8Array([1])] },
    });
  });

  it("keeps a schema's issues, and its promise", async () => {
    expect(validate(image, { name: 1, image: said("AQ==") })).toMatchObject({
      error: { code: "BAD_DATA", issues: [{ path: ["name"] }] },
    });
    const slow = withBytes(z.instanceof(Uint8Array).refine(async () => true));
    await expect(validate(slow, said("AQ=="))).resolves.toEqual({ ok: true, value: new Uint8Array([1]) });
  });

  it("refuses data without an end instead of following it", () => {
    const self: Record<string, unknown> = {};
    Object.assign(self, { a: self, b: self });
    expect(validate(withBytes(z.any()), self)).toMatchObject({ error: { code: "BAD_DATA" } });
  });

  it("refuses what is no schema, where it is written", () => {
    for (const value of [undefined, null, {}, "z.string()"]) {
      expect(() => withBytes(value as unknown as Schema)).toThrow(
        expect.objectContaining({ code: "INVALID_CONTRACT" }),
      );
    }
  });

  it("is how a contract says that there are bytes", () => {
    expect([bytes(), image, z.instanceof(Uint8Array), undefined].map(hasBytes)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
