import { short } from "./numbers.js";

/** One bar: what somebody costs. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly isOurs: boolean;
}

/** Some costs of the same kind, drawn to one scale. */
export interface Panel {
  readonly title: string;
  /** What is counted, and in which unit. */
  readonly measure: string;
  readonly bars: readonly Bar[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const rowHeight = 22;
const barHeight = 12;
const headHeight = 44;
const labelWidth = 156;
const valueWidth = 54;

export function panelHeight({ bars }: Panel): number {
  return headHeight + bars.length * rowHeight;
}

/** The panel as SVG, in classes that the picture gives their colours. */
export function drawPanel(panel: Panel, { x, y, width }: Box): string {
  const most = Math.max(...panel.bars.map(({ value }) => value));
  const barsAt = x + labelWidth;
  const room = width - labelWidth - valueWidth;
  const bars = panel.bars.map(({ label, value, isOurs }, index) => {
    const top = y + headHeight + index * rowHeight;
    const length = Math.max(1, (value / most) * room);
    const middle = top + rowHeight / 2;
    const kind = isOurs ? "ours" : "theirs";
    return [
      text(barsAt - 8, middle, `label ${kind}-text`, label, "end"),
      `<rect class="${kind}" x="${barsAt}" y="${middle - barHeight / 2}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>`,
      text(barsAt + length + 6, middle, `value ${kind}-text`, short(value)),
    ].join("\n");
  });
  return [text(x, y + 12, "title", panel.title), text(x, y + 30, "measure", panel.measure), ...bars].join(
    "\n",
  );
}

function text(x: number, y: number, kind: string, content: string, anchor = "start"): string {
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}" dominant-baseline="middle">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
