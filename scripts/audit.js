// Whether what the published packages need at run time has known vulnerabilities, at the versions that the lockfile has: `pnpm audit:runtime`.
// Exit code 1 for a high or critical one. A registry that does not answer audits (a mirror, no network) is told, and passes: CI of the
// main repository asks the real one.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditVerdict } from "./audit-verdict.js";
import { published, root } from "./pack.js";

const folder = mkdtempSync(join(tmpdir(), "tautline-audit-"));
try {
  const dependencies = runtimeDependencies();
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "audit", version: "0.0.0", private: true, dependencies }),
  );
  console.log(
    `audit of ${Object.entries(dependencies)
      .map((entry) => entry.join("@"))
      .join(", ")}`,
  );
  npm("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund");
  process.exitCode = report(auditVerdict(npm("audit", "--json")));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** By name, at the versions that are installed from the lockfile: those of the workspace itself left out. */
function runtimeDependencies() {
  const found = {};
  for (const name of published) {
    const own = join(root, "packages", name);
    for (const dependency of Object.keys(manifest(own).dependencies ?? {})) {
      if (dependency.startsWith("@tautline/")) continue;
      found[dependency] = manifest(join(own, "node_modules", dependency)).version;
    }
  }
  return found;
}

function manifest(package_) {
  return JSON.parse(readFileSync(join(package_, "package.json"), "utf8"));
}

function npm(...args) {
  // npm is a .cmd on Windows, which only a shell starts.
  const { stdout, error } = spawnSync("npm", args, {
    cwd: folder,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (error) throw error;
  return stdout;
}

function report(verdict) {
  if (verdict.kind === "vulnerable") {
    for (const sentence of verdict.found) console.error(sentence);
    return 1;
  }
  if (verdict.kind === "unanswered") console.log(`not audited: ${verdict.why}`);
  else console.log(["no high or critical advisory", ...verdict.lesser].join("\n"));
  return 0;
}
