import type { Row, Section } from "./row.js";

const number = (count: number) => count.toLocaleString("en-US");
const code = (text: string) => `\`${text}\``;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** Inputs that a section tries. */
export function vectorsOf({ rows }: Section): number {
  return Object.values(rows).reduce((sum, { vectors = [] }) => sum + vectors.length, 0);
}

/** The text of docs/reference/attacks.md. */
export function attacksPage(sections: readonly Section[]): string {
  const rows = sections.reduce((sum, section) => sum + Object.keys(section.rows).length, 0);
  const vectors = sections.reduce((sum, section) => sum + vectorsOf(section), 0);
  return `# Attacks

What a hostile peer may try, and what becomes of it: ${rows} attacks, for which ${number(vectors)} different inputs are tried. Each row is a test of its name, in which raw sockets attack a server in a process of its own, while honest clients use it. It has
the default options but for those that the row is about, and three that make tests short: a higher rate of messages, since these clients ask more often than real ones, little time for goodbyes, and no heartbeat. After each attack

- the process is alive, and nothing was thrown or rejected that nobody caught;
- the honest clients got every answer and every publication, once and in order. The slowest of a hundred answers took at most three times as long as before the attack, or 0.4 seconds: the machine is busy with the attackers as well;
- its memory is back to within 5 % or 1 MiB of what it was, once the attackers have left, but for some 700 bytes for each new user: its own stream, which the broker keeps for a day, and 100,000 of at most;
- what the row says is counted was counted: a [limit](./limits.md), a total of \`stats()\`, or a [channel](./diagnostics.md), with its code;
- no token, cookie, client id or text of a server's error, all of which were planted, is in a record, on a channel, or with a peer who should not have it.

Where the number is the attack, the ordinary tests do less of it than \`pnpm attacks\`, which takes some minutes.

${sections.map(part).join("\n\n")}
`;
}

function part(section: Section): string {
  const { title, test, rows, absent } = section;
  const tested = table(
    ["attack", "behaviour", "options", "tried", "counted"],
    Object.entries(rows).map(([id, row]) => [
      `**${id}** ${row.attack}`,
      row.behaviour + alsoIn(row.also),
      row.options.map(code).join(", ") || "none",
      triedOf(row),
      row.counted.map(code).join(", "),
    ]),
  );
  const untested = Object.entries(absent).map(
    ([id, { attack, reason, also }]) => `- **${id}** ${attack}: ${reason}${alsoIn(also)}`,
  );
  return [
    `## ${title}`,
    `Tests: ${code(`tests/attacks/${test}`)}.`,
    tested,
    ...(untested.length === 0 ? [] : [`Not tested there:\n\n${untested.join("\n")}`]),
  ].join("\n\n");
}

function triedOf({ vectors, volume }: Row): string {
  const parts = [
    ...(vectors ? [`${number(vectors.length)} inputs`] : []),
    ...(volume ? [`${number(volume.ordinary)} ${volume.of} (long: ${number(volume.long)})`] : []),
  ];
  return parts.join(", ") || "step by step";
}

function alsoIn(files: readonly string[] = []): string {
  return files.length === 0 ? "" : `. More tests: ${files.map(code).join(", ")}`;
}
