import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TautlineError, toWire } from "@tautline/protocol";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";

type Protocol = typeof import("@tautline/protocol");

/** The package as it lies in a program that imports it and requires it: two copies that know nothing of each other. */
async function copies(): Promise<[Protocol, Protocol]> {
  const folder = await mkdtemp(join(tmpdir(), "tautline-copies-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const entry = fileURLToPath(new URL("../../packages/protocol/src/index.ts", import.meta.url));
  const [esm, cjs] = [join(folder, "index.mjs"), join(folder, "index.cjs")];
  await build({ entryPoints: [entry], bundle: true, format: "esm", outfile: esm });
  await build({ entryPoints: [entry], bundle: true, format: "cjs", outfile: cjs });
  return [await import(/* @vite-ignore */ pathToFileURL(esm).href), createRequire(import.meta.url)(cjs)];
}

it("recognises an error of another copy of the package", async () => {
  const [esm, cjs] = await copies();
  const ours = new TautlineError("BUSY", "try later", { retryAfterMs: 5 });
  const error = new esm.TautlineError("BUSY", "try later", { retryAfterMs: 5 });

  expect(error).not.toBeInstanceOf(cjs.TautlineError);
  for (const copy of [esm, cjs]) {
    expect(copy.TautlineError.is(error)).toBe(true);
    expect(copy.TautlineError.is(ours)).toBe(true);
    expect(copy.TautlineError.is(new Error("BUSY"))).toBe(false);
  }
  expect(TautlineError.is(error) && toWire(error)).toEqual(toWire(ours));
});
