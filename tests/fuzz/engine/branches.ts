import { readFileSync } from "node:fs";
import type { Profiler } from "node:inspector";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";
import { convert } from "ast-v8-to-istanbul";

/** The branches of one file. */
export interface FileBranches {
  readonly file: string;
  readonly covered: number;
  readonly total: number;
  /** Lines of the source with a branch that was never taken. */
  readonly missed: readonly number[];
}

/**
 * The branches of the source files of a bundle, each way of an `if`, `?:`, `&&`, `||`, `??`, `switch` and default counted as Istanbul does.
 *
 * @param covers - which files: the ends of their paths, or a part of them that ends in `/`
 */
export async function branchesOf(
  coverage: Profiler.ScriptCoverage,
  covers: readonly string[],
): Promise<readonly FileBranches[]> {
  const path = fileURLToPath(coverage.url);
  const code = readFileSync(path, "utf8");
  const sourceMap = JSON.parse(readFileSync(`${path}.map`, "utf8"));
  const ast = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
  const files = await convert({ code, sourceMap, coverage, ast: ast as never });
  return Object.values(files).flatMap((file) => {
    const { path: source, b, branchMap } = "data" in file ? file.data : file;
    if (!isCovered(source, covers)) return [];
    const ways = Object.entries(b).flatMap(([id, counts]) =>
      counts.map((count) => ({ count, line: branchMap[id]?.loc.start.line ?? 0 })),
    );
    const missed = ways.filter(({ count }) => count === 0).map(({ line }) => line);
    const name = source.slice(source.indexOf("packages/"));
    return {
      file: name,
      total: ways.length,
      covered: ways.length - missed.length,
      missed: [...new Set(missed)],
    };
  });
}

/** Whether a file is one of these. */
export const isCovered = (source: string, covers: readonly string[]): boolean =>
  covers.some((path) => (path.endsWith("/") ? source.includes(path) : source.endsWith(path)));
