import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

/** Bytes of what a browser loads for these exports: bundled, minified, gzip -9. */
async function sizeOf(exported: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { ${exported} } from "./index.ts";`,
      resolveDir: fileURLToPath(new URL("../src", import.meta.url)),
    },
    bundle: true,
    minify: true,
    platform: "browser",
    format: "esm",
    conditions: ["@tautline/source"],
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}

describe("the size of the client in a browser", () => {
  it("is at most 3 KB for ReconnectingWebSocket alone", async () => {
    expect(await sizeOf("ReconnectingWebSocket")).toBeLessThanOrEqual(3 * 1024);
  });

  it("does not grow for createClient, while the goal of 9 KB is not reached yet", async () => {
    // A ratchet: whoever makes it smaller turns it on. docs/decisions/client-size.md says what pays.
    expect(await sizeOf("createClient")).toBeLessThanOrEqual(12_763);
  });
});
