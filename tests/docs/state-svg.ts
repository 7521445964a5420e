import type { Machine } from "./state-diagrams.js";

interface Point {
  readonly x: number;
  readonly y: number;
}

const size = { width: 960, height: 560, box: { width: 150, height: 40 } };
const center: Point = { x: size.width / 2, y: size.height / 2 };

const style = `
  text { font: 14px ui-sans-serif, system-ui, sans-serif; fill: #1d2433; text-anchor: middle; dominant-baseline: central; }
  .label { font-size: 11px; fill: #5c6578; paint-order: stroke; stroke: #ffffff; stroke-width: 5px; stroke-linejoin: round; }
  rect { fill: #fdf6ee; stroke: #a8501f; stroke-width: 1.5; }
  path { fill: none; stroke: #8b93a5; stroke-width: 1.2; marker-end: url(#tip); }
  marker path { fill: #8b93a5; stroke: none; marker-end: none; }
  .paper { fill: #ffffff; stroke: none; }`;

/** A machine's states on an ellipse, and an arrow for each way from one to another. */
export function svgOf({ title, states, edges }: Machine): string {
  const places = placesOf(states);
  const ways = new Map<string, { from: string; to: string; events: string[] }>();
  for (const { from, to, event } of edges) {
    const way = ways.get(`${from}>${to}`) ?? { from, to, events: [] };
    way.events.push(event);
    ways.set(`${from}>${to}`, way);
  }
  const arrows = [...ways.values()].map(({ from, to, events }) =>
    arrow(at(places, from), at(places, to), events),
  );
  const boxes = [...places].map(([name, place]) => box(name, place, name === states[0]));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}">
<style>${style}
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" /></marker></defs>
<rect class="paper" width="${size.width}" height="${size.height}" />
${[...arrows.map(({ line }) => line), ...boxes, ...arrows.map(({ label }) => label)].join("\n")}
</svg>
`;
}

/** Clockwise from the left. */
function placesOf(names: readonly string[]): Map<string, Point> {
  const places = names.map((name, index): [string, Point] => {
    const angle = Math.PI + (index / names.length) * 2 * Math.PI;
    return [name, { x: center.x + Math.cos(angle) * 370, y: center.y + Math.sin(angle) * 215 }];
  });
  return new Map(places);
}

function at(places: ReadonlyMap<string, Point>, name: string): Point {
  return places.get(name) ?? center;
}

function box(name: string, { x, y }: Point, isStart: boolean): string {
  const { width, height } = size.box;
  const frame = `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${width}" height="${height}" rx="${isStart ? 20 : 8}" />`;
  return `${frame}<text x="${round(x)}" y="${round(y)}">${name}</text>`;
}

/** Bent to its left, so that the way back is another line. */
function arrow(from: Point, to: Point, events: readonly string[]): { line: string; label: string } {
  const own = from === to;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy) || 1;
  const bend = own ? 0 : 34;
  const outward = from.y < center.y ? -1 : 1;
  const middle: Point = own
    ? { x: from.x, y: from.y + outward * 62 }
    : { x: (from.x + to.x) / 2 + (dy / length) * bend, y: (from.y + to.y) / 2 - (dx / length) * bend };
  const control: Point = own
    ? middle
    : { x: 2 * middle.x - (from.x + to.x) / 2, y: 2 * middle.y - (from.y + to.y) / 2 };
  const begin = own ? { x: from.x - 30, y: from.y + outward * 20 } : edgeOf(from, control);
  const end = own ? { x: from.x + 30, y: from.y + outward * 20 } : edgeOf(to, control);
  const curve = own
    ? `C${pair({ x: from.x - 40, y: middle.y })} ${pair({ x: from.x + 40, y: middle.y })} ${pair(end)}`
    : `Q${pair(control)} ${pair(end)}`;
  // Not in the middle, where the ways through the middle of the page cross.
  const labelAt = own ? { x: from.x, y: from.y + outward * 48 } : along(begin, control, end);
  return {
    line: `<path d="M${pair(begin)} ${curve}" />`,
    label: label(events, labelAt),
  };
}

/** A point of a quadratic curve, nearer to its beginning. */
function along(begin: Point, control: Point, end: Point): Point {
  const t = 0.4;
  const mix = (a: number, b: number, c: number) => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c;
  return { x: mix(begin.x, control.x, end.x), y: mix(begin.y, control.y, end.y) };
}

function label(events: readonly string[], { x, y }: Point): string {
  const lines = events.map(
    (event, index) =>
      `<tspan x="${round(x)}" y="${round(y + (index - (events.length - 1) / 2) * 13)}">${event}</tspan>`,
  );
  return `<text class="label">${lines.join("")}</text>`;
}

/** Where the line from a box's middle to `toward` leaves the box. */
function edgeOf(middle: Point, toward: Point): Point {
  const dx = toward.x - middle.x;
  const dy = toward.y - middle.y;
  const scale = Math.min(
    size.box.width / 2 / Math.abs(dx || 1e-9),
    size.box.height / 2 / Math.abs(dy || 1e-9),
  );
  return { x: middle.x + dx * scale, y: middle.y + dy * scale };
}

const pair = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
const round = (value: number): number => Math.round(value * 10) / 10;
