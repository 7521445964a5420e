import { jsonCodec, limits } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import { describe, expect, it } from "vitest";
import { kept, keptEnvelope, keptFrame } from "../src/kept-envelope.js";

const image = new Uint8Array([0, 255]);
const said = { $bytes: "AP8=" };

/** What a broker holds of an event with these data, and an engine that gives bytes gives back. */
function held(data: unknown) {
  const payload = kept({ type: "image", data });
  if (!payload.ok) throw payload.error;
  const { byteLength } = payload.value;
  const bytes = new TextEncoder().encode(String(payload.value.payload));
  expect(byteLength).toBe(bytes.length);
  return [payload.value, { payload: bytes, byteLength }] as const;
}

describe("what a broker holds of an envelope", () => {
  it.each([
    ["without bytes", { text: "é" }, { text: "é" }],
    ["with bytes", { image, text: "é" }, { image: said, text: "é" }],
    ["with an object that looks like bytes", said, said],
    ["with a text that looks like bytes", '{"$bytes":"AP8="}', '{"$bytes":"AP8="}'],
  ])("is, of one %s, what was published", (_, data, json) => {
    for (const payload of held(data)) {
      expect(keptEnvelope(payload)).toEqual({ type: "image", data });
      const text = keptFrame(payload, jsonCodec);
      expect(text.byteLength).toBe(new TextEncoder().encode(String(text.payload)).length);
      expect(JSON.parse(String(text.payload))).toEqual({ type: "image", data: json });
      expect(msgpackCodec.decode(keptFrame(payload, msgpackCodec).payload)).toMatchObject({
        value: { data },
      });
    }
  });

  it("is a text that peers of JSON get as it is, made once, where there are no bytes", () => {
    const [payload] = held({ text: "a" });
    expect(keptFrame(payload, jsonCodec).payload).toBe(payload.payload);
  });

  it("is bounded as JSON is", () => {
    expect(kept({ type: "image", data: new Uint8Array(800_000) }, limits.clientMessageBytes)).toMatchObject({
      ok: false,
      error: { code: "TOO_LARGE" },
    });
  });
});
