import { beforeAll, describe, expect, it } from "vitest";
import { pythonWithWebsockets } from "../requirements.js";
import { checkPython, checks } from "./other-languages.js";
import { promisesOf, runSnippets } from "./run-snippets.js";
import { allPages, parseSnippets, type Snippet, snippetsOf } from "./snippets.js";
import { type Complaint, isScript, typeCheck } from "./type-check.js";

const pages = new Map(allPages().map((page) => [page, snippetsOf(page)]));
const all = [...pages.values()].flat().filter((snippet) => snippet.unchecked === undefined);
const scripts = all.filter(isScript);
const python = all.filter(({ language }) => language === "python");
const place = ({ page, line }: Snippet) => `${page}:${line}`;

describe("the code blocks of the documentation", () => {
  it("are all checked, or say why not", () => {
    const escaped = all.filter(
      (snippet) => !isScript(snippet) && !checks.has(snippet.language) && snippet.language !== "python",
    );
    expect(escaped.map((snippet) => `${place(snippet)} ${snippet.language || "names no language"}`)).toEqual(
      [],
    );
  });

  describe("in TypeScript and JavaScript", () => {
    let complaints: Complaint[];
    beforeAll(() => {
      complaints = typeCheck(scripts);
    });

    it.each([...new Set(scripts.map(({ page }) => page))])("%s type-checks", (page) => {
      expect(complaints.filter((complaint) => complaint.page === page).map(({ text }) => text)).toEqual([]);
    });

    const running = [...pages]
      .map(([page, snippets]) => ({ page, snippets, runs: snippets.filter(({ runs }) => runs) }))
      .filter(({ runs }) => runs.length > 0);

    it.each(running)("$page runs, and prints what it says", async ({ runs, snippets }) => {
      const promised = promisesOf(runs);
      expect(promised).not.toEqual([]);
      expect(await runSnippets(runs, snippets.filter(isScript))).toEqual(promised);
    });
  });

  const others = all.filter(({ language }) => checks.has(language));
  it.each(others.map((snippet) => [place(snippet), snippet] as const))("%s is sound", (_place, snippet) => {
    expect(checks.get(snippet.language)?.(snippet)).toBeUndefined();
  });

  const interpreter = python.length > 0 ? pythonWithWebsockets() : undefined;
  it.skipIf(!interpreter).each(python.map((snippet) => [place(snippet), snippet] as const))(
    "%s is Python",
    (_place, snippet) => {
      expect(checkPython(interpreter ?? "", snippet.code)).toBeUndefined();
    },
  );
});

describe("the reader of code blocks", () => {
  const page = (...lines: string[]) => parseSnippets("page.md", lines.join("\n"));

  it("takes language, file, and whether the block runs", () => {
    const [block] = page("# Title", "```ts run [server.ts]", "const a = 1;", "```");
    expect(block).toMatchObject({
      line: 3,
      language: "ts",
      runs: true,
      file: "server.ts",
      code: "const a = 1;",
    });
  });

  it("takes the reason why a block is not checked", () => {
    expect(page('```text no-check="output of run"', "x", "```")[0]).toMatchObject({
      unchecked: "output of run",
      runs: false,
    });
  });

  it("puts a hidden context above the block right after it, and no other", () => {
    const blocks = page("<!-- snippet", "const a = 1;", "-->", "```ts", "a;", "```", "```ts", "1;", "```");
    expect(blocks.map(({ context }) => context)).toEqual(["const a = 1;", ""]);
  });

  it("lets a block go on where the one before it ended", () => {
    const blocks = page("```ts", "const a = 1;", "```", "<!-- snippet continues -->", "```ts", "a;", "```");
    expect(blocks[1]?.context).toBe("const a = 1;");
  });

  it("refuses a block that never ends", () => {
    expect(() => page("```ts", "const a = 1;")).toThrow("page.md:1");
  });

  it("finds a mistake in a block, and names its line", () => {
    const [block] = page("text", "```ts", "const a = 1;", 'const b: number = "one";', "```");
    const complaints = block ? typeCheck([block]) : [];
    expect(complaints.map(({ text }) => text)).toEqual([
      "page.md:4: Type 'string' is not assignable to type 'number'.",
    ]);
  });

  it.each([
    ["json", '{"type":5}'],
    ["json", '{"type":"chat"}\nnot json'],
    ["bash", "npx -y pnpm@10.34.9 nowhere"],
    ["bash", "if true"],
    ["nginx", "server {\n  listen 80\n}"],
    ["nginx", "server {"],
    ["dockerfile", "FORM node:22"],
    ["html", "<script>const a = ;</script>"],
    ["mermaid", "boxes and arrows"],
  ])("finds a mistake in %s: %j", (language, code) => {
    const [block] = page(`\`\`\`${language}`, code, "```");
    expect(block && checks.get(language)?.(block)).toBeTypeOf("string");
  });
});
