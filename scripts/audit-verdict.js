// What an audit of npm means. Pure: scripts/audit.js runs it.

const grave = new Set(["high", "critical"]);

/**
 * Judges what `npm audit --json` said.
 *
 * @param {string} output
 * @returns {{ kind: "clean", lesser: readonly string[] } | { kind: "vulnerable", found: readonly string[] } | { kind: "unanswered", why: string }}
 * @throws for what is no report of npm at all: a check that reads nothing would never fail.
 */
export function auditVerdict(output) {
  const report = JSON.parse(output);
  // The registry, or the way to it, has failed: `npm` tells what it asked for.
  if (report.vulnerabilities === undefined && (report.error !== undefined || report.statusCode !== undefined))
    return { kind: "unanswered", why: report.message ?? report.error?.summary ?? "no reason given" };
  if (report.auditReportVersion !== 2 || typeof report.vulnerabilities !== "object")
    throw new Error(`expected a report of npm audit, version 2, got ${output.slice(0, 200)}`);
  const all = Object.values(report.vulnerabilities);
  const found = all.filter(({ severity }) => grave.has(severity)).map(sentence);
  if (found.length > 0) return { kind: "vulnerable", found };
  return { kind: "clean", lesser: all.map(sentence) };
}

function sentence({ name, severity, range, via }) {
  const titles = via.map((cause) =>
    typeof cause === "string" ? `by ${cause}` : `${cause.title} (${cause.url})`,
  );
  return `${name} ${range}: ${severity}: ${titles.join("; ")}`;
}
