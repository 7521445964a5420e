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
  /** The first is where it begins. */
  readonly states: readonly string[];
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

function section({ title, about, states, edges }: Machine): string {
  const rows = edges.map(
    ({ from, event, to, effects }) => `| ${from} | ${event} | ${to} | ${effects.join(", ") || "–"} |`,
  );
  return `## ${title}

${about}

\`\`\`mermaid
stateDiagram-v2
  direction TB
${[`[*] --> ${idOf(states[0] ?? "")}`, ...arrowsOf(edges)].map((line) => `  ${line}`).join("\n")}
\`\`\`

| in | when | then | and is done |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}

/** Several events on the same way are one arrow. */
function arrowsOf(edges: readonly Edge[]): string[] {
  const ways = new Map<string, string[]>();
  for (const { from, to, event } of edges) {
    const way = `${idOf(from)} --> ${idOf(to)}`;
    ways.set(way, [...(ways.get(way) ?? []), event]);
  }
  return [...ways].map(([way, events]) => `${way}: ${events.join("\\n")}`);
}

/** A name as Mermaid takes it. */
const idOf = (name: string): string => name.replace(/\W+/g, "_").replace(/_$/, "");
