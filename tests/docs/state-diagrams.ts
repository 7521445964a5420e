/** One way from a state to another: what happened, and what is then done. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly event: string;
  readonly effects: readonly string[];
}

/** A machine whose states and events were tried, every one with every other. */
export interface Machine {
  readonly title: string;
  readonly about: string;
  readonly start: string;
  readonly edges: readonly Edge[];
}

/** The text of docs/reference/states.md. */
export function statesPage(machines: readonly Machine[]): string {
  return `---
order: 5
---

# States

These diagrams and tables are made from the transition tables in the code, by trying every state with every event. A test fails when the page
is older than the code; with \`-u\` it writes the page anew. Pairs that are missing change nothing.

${machines.map(section).join("\n")}`;
}

function section({ title, about, start, edges }: Machine): string {
  const ids = new Map(
    [...new Set(edges.flatMap(({ from, to }) => [from, to]))].map((name, at) => [name, `s${at}`]),
  );
  const names = [...ids].map(([name, id]) => `  state "${name}" as ${id}`);
  // Several events on one way are one arrow.
  const ways = new Map<string, string[]>();
  for (const { from, to, event } of edges) {
    const way = `${ids.get(from)} --> ${ids.get(to)}`;
    ways.set(way, [...(ways.get(way) ?? []), event]);
  }
  const lines = [...ways].map(([way, events]) => `  ${way}: ${events.join(" / ").replaceAll(":", " –")}`);
  const rows = edges.map(
    ({ from, event, to, effects }) => `| ${from} | ${event} | ${to} | ${effects.join(", ") || "–"} |`,
  );
  return `## ${title}

${about}

\`\`\`mermaid
stateDiagram-v2
  direction LR
${[...names, `  [*] --> ${ids.get(start)}`, ...lines].join("\n")}
\`\`\`

| in | when | then | and is done |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}
