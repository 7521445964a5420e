import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { expect, it } from "vitest";

// A rule that cannot fail keeps nothing. Each rule of eslint.config.js meets the mistake it was written against.
// The text stands for a file that exists, because the rules ask the compiler about it.

const eslint = new ESLint({
  cwd: fileURLToPath(new URL("..", import.meta.url)),
  // In CI the parser would take the files as they are on the disk, not the texts that stand for them here.
  overrideConfig: { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
});

async function refusedBy(file: string, text: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath: file });
  return result?.messages.map(({ ruleId }) => ruleId) ?? [];
}

const lines = (count: number) => "export {};\n".repeat(count);
const library = "packages/protocol/src/limits.ts";
const client = "packages/client/src/emitter.ts";

const mistakes: readonly (readonly [rule: string, file: string, text: string])[] = [
  ["@typescript-eslint/no-floating-promises", library, "async function f() {} f();"],
  ["@typescript-eslint/no-misused-promises", library, "async function f() {} if (f()) f;"],
  [
    "@typescript-eslint/switch-exhaustiveness-check",
    library,
    'export function f(s: "a" | "b") { switch (s) { case "a": return 1; } }',
  ],
  ["@typescript-eslint/no-explicit-any", library, "export let seam: any;"],
  ["@typescript-eslint/no-unsafe-return", library, "export const f = (s: string) => JSON.parse(s);"],
  ["@typescript-eslint/no-unused-expressions", library, "const error = new Error(); error;"],
  ["@typescript-eslint/ban-ts-comment", library, "// @ts-ignore\nexport {};"],
  ["@typescript-eslint/only-throw-error", library, 'throw "text";'],
  [
    "@typescript-eslint/return-await",
    library,
    "async function f() {} export async function g() { try { return f(); } catch {} }",
  ],
  ["no-restricted-imports", "tests/source.test.ts", 'import "../packages/server/src/room.js";'],
  ["no-restricted-imports", library, 'import "../../server/src/room.js";'],
  ["no-restricted-imports", client, 'import "@tautline/protocol/src/limits.js";'],
  ["no-console", library, 'console.log("from a library");'],
  ["max-lines", library, lines(251)],
  ["max-lines-per-function", library, `export function f() {\n${"  g();\n".repeat(60)}}\nfunction g() {}`],
  ["max-params", library, "export function f(a: 1, b: 2, c: 3, d: 4, e: 5) {}"],
  ["no-restricted-syntax", library, 'export * from "./position.js";'],
  ["no-restricted-syntax", library, "export const chance = Math.random();"],
  ["no-restricted-globals", library, "export const now = Date.now();"],
  ["no-restricted-globals", client, "export const online = navigator.onLine;"],
  ["no-restricted-globals", client, "setTimeout(() => {}, 10);"],
];

for (const [rule, file, text] of mistakes) {
  it(`${rule} refuses ${text.split("\n", 1)[0]} in ${file}`, async () => {
    expect(await refusedBy(file, text)).toContain(rule);
  });
}

it("lets the client's platform file touch its surroundings", async () => {
  const text = "export const online = (): boolean => navigator.onLine;";
  expect(await refusedBy("packages/client/src/platform.ts", text)).not.toContain("no-restricted-globals");
});

it("has a mistake for each rule", async () => {
  const on = new Set<string>();
  for (const file of [library, client, "tests/source.test.ts"]) {
    const { rules } = (await eslint.calculateConfigForFile(file)) as { rules: Record<string, [number]> };
    for (const [name, [severity]] of Object.entries(rules)) if (severity > 0) on.add(name);
  }
  expect(new Set(mistakes.map(([rule]) => rule))).toEqual(on);
});
