// What is published is sound: `pnpm check:package`. Builds and packs each package, then asks
// - publint, of each tarball: do the fields of package.json lead to files that are what they claim to be?
// - attw, of each tarball: do the resolutions `node16`, `nodenext` and `bundler` find types that match the code?
// - of each tarball: does it hold the build, the source, the readme and the licence, and nothing else?
// - knip, of the repository: is every file, export and dependency used by something?
// Size budgets are a test of the client: packages/client/test/size.test.ts.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll, root } from "./pack.js";

const tools = {
  publint: "node_modules/publint/src/cli.js",
  attw: "node_modules/@arethetypeswrong/cli/dist/index.js",
  knip: "node_modules/knip/bin/knip.js",
};

/** What a tarball may hold. */
const expected = [
  /^package\.json$/,
  /^(README|CHANGELOG|PROTOCOL)\.md$/,
  /^LICENSE$/,
  /^dist\/[\w-]+(\/[\w-]+)*\.(js|cjs|d\.ts|d\.cts|js\.map|cjs\.map)$/,
  /^src\/[\w-]+(\/[\w-]+)*\.ts$/,
  /^bin\/[\w-]+\.js$/,
  // What a load test's report is made of.
  /^page\/report\.(html|css|js)$/,
  /^vectors\/[\w-]+\.json$/,
];
const required = ["README.md", "LICENSE", "package.json", "dist/index.js", "dist/index.cjs", "src/index.ts"];

const failed = [];
const folder = mkdtempSync(join(tmpdir(), "tautline-pack-"));
try {
  for (const { name, tarball } of await packAll(folder)) {
    check(`publint ${name}`, "publint", [tarball, "--strict"]);
    check(`attw ${name}`, "attw", [tarball, "--profile", "node16", "--format", "ascii", "--no-emoji"]);
    checkContents(name, tarball);
  }
  check("knip", "knip", []);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (failed.length > 0) console.error(`\nFailed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Runs a tool; its output is shown only when it is not content. */
function check(title, tool, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, tools[tool]), ...args], {
    cwd: root,
    encoding: "utf8",
  });
  report(title, status === 0 ? [] : [stdout + stderr]);
}

function checkContents(name, tarball) {
  // By its name and in its folder: a Windows tar takes the colon of a path for a host.
  const { stdout } = spawnSync("tar", ["-tzf", tarball.slice(folder.length + 1)], {
    cwd: folder,
    encoding: "utf8",
  });
  const files = stdout
    .trim()
    .split(/\r?\n/)
    .map((file) => file.replace(/^package\//, ""));
  const strangers = files.filter((file) => !expected.some((pattern) => pattern.test(file)));
  const missing = required.filter((file) => !files.includes(file));
  report(`contents ${name}`, [
    ...strangers.map((file) => `${file} is not expected in the tarball`),
    ...missing.map((file) => `${file} is missing in the tarball`),
  ]);
}

function report(title, problems) {
  console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${title}`);
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) failed.push(title);
}
