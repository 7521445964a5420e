import { join } from "node:path";
import ts from "typescript";
import { root, type Snippet } from "./snippets.js";

/** Something the compiler found, at the place of the page where it stands. */
export interface Complaint {
  readonly page: string;
  readonly text: string;
}

const extensions = new Map([
  ["ts", "ts"],
  ["tsx", "tsx"],
  ["js", "js"],
]);

/** Whether a block is code for the TypeScript compiler. JavaScript is checked as well. */
export function isScript(snippet: Snippet): boolean {
  return extensions.has(snippet.language);
}

/** What JavaScript cannot say: the types of parameters. */
const untypedParameters = new Set([7006, 7031]);
const isTyped = ({ language }: Snippet) => language !== "js";

/** Where the compiler finds a block: beside `tests/docs/context.ts`, whose packages are at hand. */
export function moduleOf(snippet: Snippet): string {
  const folder = snippet.page.replace(/\.md$/, "").replace(/\W+/g, "-");
  const name = snippet.file ?? `line-${snippet.line}.${extensions.get(snippet.language)}`;
  return join(root, "tests/docs", folder, name).replaceAll("\\", "/");
}

/** A block as a module: what the reader is spared, what they read, and a mark that makes it a module. */
export function textOf(snippet: Snippet): string {
  return `${snippet.context}\n${snippet.code}\nexport {};\n`;
}

/** Type-checks all blocks in one program, against the sources of the workspace. */
export function typeCheck(snippets: readonly Snippet[]): Complaint[] {
  const modules = new Map(snippets.map((snippet) => [moduleOf(snippet), snippet]));
  const program = ts.createProgram([...modules.keys()], compilerOptions(), hostOf(modules));
  const complaints: Complaint[] = [];
  for (const [path, snippet] of modules) {
    const source = program.getSourceFile(path);
    if (!source) throw new Error(`the compiler did not take ${path}`);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    for (const diagnostic of found) {
      if (isTyped(snippet) || !untypedParameters.has(diagnostic.code)) {
        complaints.push(complaintOf(snippet, source, diagnostic));
      }
    }
  }
  return complaints;
}

function compilerOptions(): ts.CompilerOptions {
  const path = join(root, "tsconfig.json");
  const read = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...read.config, include: [] },
    ts.sys,
    root,
    undefined,
    path,
  );
  return { ...options, allowJs: true, checkJs: true, jsx: ts.JsxEmit.Preserve };
}

/** The file system, with the blocks in it. */
function hostOf(modules: ReadonlyMap<string, Snippet>): ts.CompilerHost {
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const texts = new Map([...modules].map(([path, snippet]) => [path, textOf(snippet)]));
  const { fileExists, readFile, getSourceFile, directoryExists } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.directoryExists = (path) =>
    [...texts.keys()].some((file) => file.startsWith(`${path}/`)) || (directoryExists?.(path) ?? true);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? getSourceFile(path, languageVersion, ...rest)
      : ts.createSourceFile(path, text, languageVersion, true);
  };
  return host;
}

function complaintOf(snippet: Snippet, source: ts.SourceFile, diagnostic: ts.Diagnostic): Complaint {
  const { line } = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
  const contextLines = snippet.context.split("\n").length;
  const place = line < contextLines ? `${snippet.line} (context)` : snippet.line + line - contextLines;
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  return { page: snippet.page, text: `${snippet.page}:${place}: ${message}` };
}
