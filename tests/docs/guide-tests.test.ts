import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe } from "vitest";
import { bundle } from "./run-snippets.js";
import { root, snippetsOf } from "./snippets.js";
import { isScript } from "./type-check.js";

const page = "docs/guide/testing.md";

// The tests that the guide shows, each run as a reader would: they register themselves while this file is collected.
describe(`the tests of ${page}`, async () => {
  const scripts = snippetsOf(page).filter(isScript);
  const tests = scripts.filter(({ code }) => /^it\("/m.test(code));
  const program = join(root, "tests/node_modules", `.guide-tests-${process.pid}.mjs`);
  try {
    await bundle(tests, scripts, { program, external: ["vitest"] });
    await import(/* @vite-ignore */ pathToFileURL(program).href);
  } finally {
    await rm(program, { force: true });
  }
});
