import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../packages/protocol/src", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => resolve(folder, name));

/** What the compiler says of the sources where nothing but the language itself is there. */
function complaints(paths: readonly string[], extra = ""): string[] {
  const probe = resolve(folder, "probe.ts");
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    module: ts.ModuleKind.NodeNext,
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.fileExists = (path) => resolve(path) === probe || fileExists(path);
  host.readFile = (path) => (resolve(path) === probe ? extra : readFile(path));
  const program = ts.createProgram([...paths, probe], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

it("compiles the protocol without Node, without a browser, without anything", () => {
  expect(files.length).toBeGreaterThan(15);
  expect(complaints(files)).toEqual([]);
});

it("would notice a use of any surroundings", () => {
  for (const use of [
    "setTimeout(() => {}, 0)",
    "new TextEncoder()",
    "Buffer.from('')",
    "console",
    "crypto",
    "new URL('')",
  ]) {
    expect(complaints([], `export const used = ${use};`), use).toHaveLength(1);
  }
  expect(complaints([], 'import "node:fs"; import fs from "node:fs"; export { fs };')).not.toEqual([]);
});
