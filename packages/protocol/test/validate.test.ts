import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type Schema, unchecked, utf8Length, validate } from "../src/index.js";

/** A schema as a library might make it, well or badly. */
const standard = (check: (value: unknown) => unknown): Schema =>
  ({ "~standard": { version: 1, vendor: "test", validate: check } }) as Schema;

describe.each<[string, Schema]>([
  ["zod", z.object({ user: z.object({ name: z.string() }) })],
  ["valibot", v.object({ user: v.object({ name: v.string() }) })],
  ["arktype", type({ user: { name: "string" } })],
])("validate with %s", (_, schema) => {
  it("gives the value where nothing is wrong, in the same turn", () => {
    const value = { user: { name: "Ada" } };
    expect(validate(schema, value)).toEqual({ ok: true, value });
  });

  it("[14.3] says what is wrong, and where", () => {
    const result = validate(schema, { user: { name: 5 } });
    expect(result).toMatchObject({
      ok: false,
      error: { code: "BAD_DATA", issues: [{ path: ["user", "name"] }] },
    });
    expect(result).toMatchObject({ error: { message: expect.stringMatching(/^user\.name: ./) } });
  });

  it("takes any value at all for what it is", () => {
    for (const value of [undefined, null, 0, "", [], {}, { user: null }, Number.NaN]) {
      expect(validate(schema, value)).toMatchObject({ ok: false, error: { code: "BAD_DATA" } });
    }
  });
});

describe("validate", () => {
  it("gives the output of a transform", () => {
    expect(validate(z.string().transform(Number), "5")).toEqual({ ok: true, value: 5 });
    expect(validate(v.pipe(v.string(), v.transform(Number)), "5")).toEqual({ ok: true, value: 5 });
    expect(validate(type("string.numeric.parse"), "5")).toEqual({ ok: true, value: 5 });
  });

  it("lets everything through what is unchecked, and nothing where there is no schema", () => {
    expect(validate(unchecked<{ a: 1 }>(), "anything")).toEqual({ ok: true, value: "anything" });
    expect(validate(undefined, { secret: "passed on to everyone" })).toEqual({ ok: true, value: undefined });
  });

  it("waits for schemas that are asynchronous", async () => {
    const schema = z.string().refine(async (text) => text !== "taken", "is taken");
    await expect(validate(schema, "free")).resolves.toEqual({ ok: true, value: "free" });
    await expect(validate(schema, "taken")).resolves.toMatchObject({
      ok: false,
      error: { code: "BAD_DATA", issues: [{ message: "is taken" }] },
    });
  });

  it("waits for promises of other realms", async () => {
    // biome-ignore lint/suspicious/noThenProperty: that is what a promise of another realm looks like.
    const thenable = { then: (resolve: (result: unknown) => void) => resolve({ value: 1 }) };
    await expect(
      validate(
        standard(() => thenable),
        0,
      ),
    ).resolves.toEqual({ ok: true, value: 1 });
  });

  it.each<[string, Schema]>([
    [
      "throws",
      standard(() => {
        throw new Error("a bug");
      }),
    ],
    ["rejects", standard(() => Promise.reject(new Error("a bug")))],
    [
      "throws null",
      standard(() => {
        throw null;
      }),
    ],
    ["gives nothing", standard(() => undefined)],
    ["promises nothing", standard(() => Promise.resolve(undefined))],
    ["gives issues that are none", standard(() => ({ issues: [null] }))],
    ["promises issues that are none", standard(() => Promise.resolve({ issues: 5 }))],
    ["is none", {} as Schema],
  ])("answers HANDLER_FAILED when the schema %s", async (_, schema) => {
    const result = await validate(schema, 1);
    expect(result).toMatchObject({
      ok: false,
      error: { code: "HANDLER_FAILED", message: "the schema threw" },
    });
  });

  it("[14.3] keeps errors small, whatever was sent", () => {
    const many = Array.from({ length: 5_000 }, () => ({
      message: "é".repeat(5_000),
      path: ["😀".repeat(5_000)],
    }));
    const result = validate(
      standard(() => ({ issues: many })),
      1,
    );
    const issues = !("then" in result) && !result.ok ? (result.error.issues ?? []) : [];
    expect(issues).toHaveLength(20);
    for (const { message, path } of issues) {
      expect(utf8Length(message)).toBeLessThanOrEqual(200);
      expect(utf8Length(String(path?.[0]))).toBeLessThanOrEqual(200);
    }
  });

  it("writes every key of a path as JSON can", () => {
    const path = ["a", 0, { key: "b" }, { key: 1 }, Symbol("s")];
    expect(
      validate(
        standard(() => ({ issues: [{ message: "no", path }] })),
        1,
      ),
    ).toMatchObject({
      error: { message: "a.0.b.1.Symbol(s): no", issues: [{ path: ["a", 0, "b", 1, "Symbol(s)"] }] },
    });
  });

  it("says invalid where a schema has nothing to say", () => {
    expect(
      validate(
        standard(() => ({ issues: [] })),
        1,
      ),
    ).toMatchObject({ error: { code: "BAD_DATA", message: "invalid" } });
  });
});
