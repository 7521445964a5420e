import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, with a slash at its end. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** One code block of a page. */
export interface Snippet {
  /** Its page, from the root, with slashes. */
  readonly page: string;
  /** The line of the page on which its code begins. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** What the reader is spared: the text of the `<!-- snippet … -->` before the block. Stands above the code. */
  readonly context: string;
  /** The file that the page says it is: `[contract.ts]`. Other blocks of the page can import it. */
  readonly file: string | undefined;
  /** Whether it is executed: `run`. */
  readonly runs: boolean;
  /** Why nothing checks it: `no-check="reason"`. */
  readonly unchecked: string | undefined;
}

/** Every page whose blocks are checked: the readmes, the guides, the protocol. */
export function allPages(): string[] {
  const folders = ["packages", "examples"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
  );
  const readmes = folders.flatMap((folder) => ["README.md", "PROTOCOL.md"].map((name) => join(folder, name)));
  const top = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "PRINCIPLES.md"].map((name) =>
    join(root, name),
  );
  return [...top, ...readmes.filter((path) => existsSync(path)), ...markdownBelow(join(root, "docs"))]
    .filter((path) => existsSync(path))
    .map((path) => relative(root, path).split(sep).join("/"))
    .sort();
}

/** What is not ours to check: built sites, and the API reference, which is made from comments. */
const foreign = new Set(["node_modules", ".vitepress", "api"]);

function markdownBelow(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !foreign.has(name))
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return markdownBelow(path);
      return name.endsWith(".md") ? [path] : [];
    });
}

/** The blocks of a page, in order. */
export function snippetsOf(page: string): Snippet[] {
  return parseSnippets(page, readFileSync(join(root, page), "utf8"));
}

const fence = /^( *)(`{3,}|~{3,})\s*(\S*)(.*)$/;

/** The blocks in the text of a page. `<!-- snippet continues -->` puts the block before, context and all, above the next. */
export function parseSnippets(page: string, text: string): Snippet[] {
  const snippets: Snippet[] = [];
  const lines = text.split(/\r?\n/);
  let context = "";
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.startsWith("<!-- snippet")) {
      const end = lines.findIndex((candidate, index) => index >= at && candidate.includes("-->"));
      const comment = lines.slice(at, end + 1).join("\n");
      context = contextOf(comment, snippets.at(-1));
      at = end;
      continue;
    }
    const opening = fence.exec(line);
    if (!opening) {
      // A context belongs to the block right after it.
      if (line.trim() !== "") context = "";
      continue;
    }
    const [, indent = "", mark = "", language = "", meta = ""] = opening;
    const end = lines.findIndex((candidate, index) => index > at && candidate.trim() === mark);
    if (end < 0) throw new Error(`${page}:${at + 1}: this block never ends`);
    const code = lines.slice(at + 1, end).map((codeLine) => codeLine.slice(indent.length));
    snippets.push({
      page,
      line: at + 2,
      language,
      code: code.join("\n"),
      context,
      file: /\[([\w./-]+)\]/.exec(meta)?.[1],
      runs: /\brun\b/.test(meta.replace(/"[^"]*"/g, "")),
      unchecked: /\bno-check="([^"]+)"/.exec(meta)?.[1],
    });
    context = "";
    at = end;
  }
  return snippets;
}

function contextOf(comment: string, before: Snippet | undefined): string {
  const body = comment.replace(/^<!-- snippet/, "").replace(/-->.*$/s, "");
  if (!/^ continues\b/.test(body)) return body.trim();
  if (!before) throw new Error(`there is no block before '${comment}'`);
  return [before.context, before.code, body.replace(/^ continues/, "").trim()].filter(Boolean).join("\n");
}
