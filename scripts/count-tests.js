// Prints vitest's JSON reports as one plain line, `N passed, N failed, N skipped`: `node scripts/count-tests.js FILE...`.
// Exit code 1 when a test failed, when a file did not even load, or when a report tells of no test at all.
import { readFileSync } from "node:fs";

const files = process.argv.slice(2);
if (files.length === 0) throw new Error("expected the paths of JSON reports of vitest, got nothing");

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const file of files) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  if (report.numPassedTests === 0) process.exitCode = 1;
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests + brokenFiles.length;
  totals.skipped += report.numPendingTests + report.numTodoTests;
}

const { passed, failed, skipped } = totals;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0) process.exitCode = 1;
