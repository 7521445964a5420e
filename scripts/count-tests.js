// Prints vitest's JSON report as one plain line, `N passed, N failed, N skipped`: `node scripts/count-tests.js FILE`.
// Exit code 1 when a test failed, when a file did not even load, or when none ran.
import { readFileSync } from "node:fs";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("expected the path of a JSON report of vitest, got nothing");

const report = JSON.parse(readFileSync(file, "utf8"));
const brokenFiles = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((test) => test.status === "failed"),
);
const passed = report.numPassedTests;
const failed = report.numFailedTests + brokenFiles.length;
const skipped = report.numPendingTests + report.numTodoTests;

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0 || passed === 0) process.exitCode = 1;
