import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize } from "@tautline/protocol";
import ts from "typescript";
import { root, type Snippet } from "./snippets.js";

/** What is wrong with a block, or undefined. */
type Check = (snippet: Snippet) => string | undefined;

/** How blocks that are no TypeScript are checked. A language that is missing here needs `no-check="reason"`. */
export const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["json", (snippet) => (snippet.file ? checkJsonFile(snippet.code) : checkEnvelopes(snippet.code))],
  ["bash", ({ code }) => checkCommands(code)],
  ["sh", ({ code }) => checkCommands(code)],
  ["nginx", ({ code }) => checkNginx(code)],
  ["dockerfile", ({ code }) => checkDockerfile(code)],
  ["html", ({ code }) => checkHtml(code)],
  [
    "mermaid",
    ({ code }) => (/^(stateDiagram-v2|sequenceDiagram|flowchart)\n/.test(code) ? undefined : "no diagram"),
  ],
]);

function checkJsonFile(code: string): string | undefined {
  try {
    JSON.parse(code);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Each line is an envelope that a peer could send, or all of them are one. */
function checkEnvelopes(code: string): string | undefined {
  const whole = deserialize(code);
  if (whole.ok) return undefined;
  for (const line of code.split("\n").filter((text) => text.trim() !== "")) {
    const envelope = deserialize(line);
    if (!envelope.ok) return `${line}: ${envelope.error.message}`;
  }
  return undefined;
}

/** A shell would read it, and the scripts it calls exist. */
function checkCommands(code: string): string | undefined {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
  for (const [, name = ""] of code.matchAll(/pnpm@[\d.]+ (?:run )?([\w:]+)/g)) {
    if (!(name in scripts) && name !== "install") return `package.json has no script '${name}'`;
  }
  const shell = spawnSync("bash", ["-n"], { input: code, encoding: "utf8" });
  // Where there is no bash there is nobody to ask.
  return shell.error || shell.status === 0 ? undefined : shell.stderr;
}

/** Every directive ends, every block that opens closes. */
function checkNginx(code: string): string | undefined {
  const bare = code.replace(/#.*$/gm, "").replace(/"[^"]*"|'[^']*'/g, "x");
  let depth = 0;
  for (const line of bare.split("\n").map((text) => text.trim())) {
    if (line === "") continue;
    depth += (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0);
    if (depth < 0) return `'${line}' closes what was never opened`;
    if (!/[;{}]$/.test(line)) return `'${line}' does not end with ';'`;
  }
  return depth === 0 ? undefined : "a block is not closed";
}

function checkDockerfile(code: string): string | undefined {
  const known = /^(FROM|WORKDIR|COPY|RUN|ENV|EXPOSE|USER|CMD|HEALTHCHECK|STOPSIGNAL)\b/;
  const stray = code
    .replace(/\\\n/g, " ")
    .split("\n")
    .find((line) => line.trim() !== "" && !line.startsWith("#") && !known.test(line));
  return stray && `'${stray}' is no instruction`;
}

/** What stands in its scripts is JavaScript. */
function checkHtml(code: string): string | undefined {
  for (const [, script = ""] of code.matchAll(/<script[^>]*>(.*?)<\/script>/gs)) {
    const { diagnostics = [] } = ts.transpileModule(script, {
      reportDiagnostics: true,
      fileName: "page.js",
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, allowJs: true },
    });
    const first = diagnostics[0];
    if (first) return ts.flattenDiagnosticMessageText(first.messageText, "\n");
  }
  return undefined;
}

/** Whether Python can compile the block. */
export function checkPython(python: string, code: string): string | undefined {
  const program = "import sys; compile(sys.stdin.read(), 'page', 'exec', 0x2000)"; // top-level await is allowed
  const { status, stderr } = spawnSync(python, ["-c", program], { input: code, encoding: "utf8" });
  return status === 0 ? undefined : stderr;
}
