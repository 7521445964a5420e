import { instance } from "@viz-js/viz";

// State diagrams are written as Mermaid, which GitHub draws. Here they become SVG when the site is built: a page
// then needs no script to draw them, and the repository not the hundred megabytes of Mermaid itself.

const viz = await instance();

const graph = {
  bgcolor: "transparent",
  pad: 0.2,
  nodesep: 0.4,
  ranksep: 0.6,
};
const text = { fontname: "sans-serif" };
const node = { ...text, shape: "box", style: "rounded", fontsize: 14, margin: "0.2,0.1" };
const edge = { ...text, fontsize: 11, arrowsize: 0.7 };

/** Makes markdown-it draw the fences marked `mermaid` that are state diagrams; others stay code. */
export function stateDiagrams(markdown) {
  const fence = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index];
    const drawn = info.trim() === "mermaid" ? draw(content) : undefined;
    return drawn ?? fence(tokens, index, ...rest);
  };
}

/** The SVG of a diagram that consists of transitions and a direction; undefined for any other. */
function draw(source) {
  const [kind, ...lines] = source.split("\n").map((line) => line.trim());
  if (kind !== "stateDiagram-v2") return undefined;
  const nodes = new Map();
  const edges = [];
  let direction = "TB";
  for (const line of lines) {
    if (line === "" || line.startsWith("%%")) continue;
    const turned = /^direction (TB|LR)$/.exec(line);
    const arrow = /^(\S+) --> (\S+?)(?:\s*:\s*(.+))?$/.exec(line);
    if (turned) direction = turned[1];
    else if (arrow) edges.push(toEdge(nodes, arrow));
    else return undefined;
  }
  const input = {
    graphAttributes: { ...graph, rankdir: direction },
    nodeAttributes: node,
    edgeAttributes: edge,
    nodes: [...nodes.values()],
    edges,
  };
  const svg = viz.renderString(input, { format: "svg" });
  // Graphviz knows black; only the page knows whether it is light or dark.
  const drawing = svg.slice(svg.indexOf("<svg")).replaceAll("black", "currentColor");
  const figure = '<figure class="state-diagram" style="overflow-x: auto">';
  return `${figure}${drawing.replace("<svg", '<svg fill="currentColor"')}</figure>`;
}

function toEdge(nodes, [, from, to, label = ""]) {
  return {
    tail: toNode(nodes, from, "start"),
    head: toNode(nodes, to, "end"),
    attributes: { label: label.replaceAll("\\n", "\n") },
  };
}

/** `[*]` is where a machine begins or ends, as a dot; every other name is a state. */
function toNode(nodes, state, dot) {
  if (state !== "[*]") {
    nodes.set(state, { name: state, attributes: { label: state } });
    return state;
  }
  nodes.set(dot, {
    name: dot,
    attributes: { shape: dot === "start" ? "point" : "doublecircle", label: "", width: 0.12 },
  });
  return dot;
}
