import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as esbuild from "esbuild";
import { freePort } from "../free-port.js";
import { startProgram } from "../program.js";
import { root, type Snippet } from "./snippets.js";
import { moduleOf, textOf } from "./type-check.js";

/** The port on pages, as a reader would write it. A test takes whichever is free. */
const pagePort = "8080";

/** What a line of code is said to print: `console.log(name); // → Ada`. */
const promised = /\/\/ → (.*)$/;

/** The lines that blocks promise to print, in order. */
export function promisesOf(snippets: readonly Snippet[]): string[] {
  return snippets.flatMap(({ code }) =>
    code.split("\n").flatMap((line) => {
      const match = promised.exec(line);
      return match?.[1] === undefined ? [] : [match[1]];
    }),
  );
}

/** Runs the blocks of one page as one program, in a process of its own, until everything promised was printed. */
export async function runSnippets(snippets: readonly Snippet[], all: readonly Snippet[]): Promise<string[]> {
  const promises = promisesOf(snippets);
  const program = join(root, "tests/node_modules", `.snippets-${snippets[0]?.line}-${process.pid}.mjs`);
  const port = String(await freePort());
  await bundle(snippets, all, { program, port });
  try {
    await using running = startProgram(process.execPath, [program], { cwd: dirname(program) });
    const printed: string[] = [];
    while (printed.length < promises.length) {
      printed.push((await running.line(/.*/))[0].replaceAll(port, pagePort));
    }
    return printed;
  } finally {
    await rm(program);
  }
}

/** Makes one file of the blocks that run, of those they import, and of the workspace's sources. */
/** Makes one program of blocks of a page; what is `external` it imports when it runs. */
export async function bundle(
  snippets: readonly Snippet[],
  all: readonly Snippet[],
  {
    program,
    port = pagePort,
    external = [],
  }: { readonly program: string; readonly port?: string; readonly external?: string[] },
): Promise<void> {
  const texts = new Map(
    all.map((snippet) => [moduleOf(snippet), textOf(snippet).replaceAll(pagePort, port)]),
  );
  const entry = snippets.map((snippet) => `import ${JSON.stringify(moduleOf(snippet))};`).join("\n");
  await esbuild.build({
    stdin: { contents: entry, resolveDir: join(root, "tests/docs"), loader: "ts" },
    bundle: true,
    external,
    outfile: program,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@tautline/source"],
    logLevel: "silent",
    // CommonJS packages inside an ESM file still call require, for Node's own modules.
    banner: {
      js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
    },
    plugins: [pageFiles(texts)],
  });
}

/** Lets blocks be imported by the names their page gave them, and lets them import what is real beside them. */
function pageFiles(texts: ReadonlyMap<string, string>): esbuild.Plugin {
  const here = join(root, "tests/docs");
  return {
    name: "page-files",
    setup(build) {
      build.onResolve({ filter: /^[./]/ }, ({ path, importer, namespace, resolveDir }) => {
        const from = namespace === "page" ? dirname(importer) : resolveDir;
        const wanted = (path.startsWith("/") ? path : join(from, path)).replaceAll("\\", "/");
        const candidates = [wanted, wanted.replace(/\.js$/, ".ts")];
        const page = candidates.find((candidate) => texts.has(candidate));
        if (page) return { path: page, namespace: "page" };
        const file = namespace === "page" ? candidates.find((candidate) => existsSync(candidate)) : undefined;
        return file ? { path: file } : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: "page" }, ({ path }) => ({
        contents: texts.get(path) ?? "",
        loader: "ts",
        resolveDir: here,
      }));
    },
  };
}
