import type { BundleSize, Results, Row } from "../results.js";
import type { SideName } from "../sides/side.js";
import { sides } from "../sides/sides.js";
import type { Spread } from "../statistics.js";
import { type Bar, drawPanel, type Panel, panelHeight } from "./bar-panel.js";

/** The colours of a picture: it cannot know the page that it will stand on. */
const themes = {
  light: { ink: "#11253a", soft: "#50626f", ours: "#b07a2c", theirs: "#c3cdd0" },
  dark: { ink: "#e7ebe4", soft: "#9db0bd", ours: "#dcae62", theirs: "#3d5263" },
} as const;

export type Theme = keyof typeof themes;

const width = 880;
const gap = 40;
const columnWidth = (width - gap) / 2;

/** Bars of what everyone costs, as SVG without a ground of its own. Shorter is better. */
export function pictureOf(results: Pick<Results, "rows" | "bundles">, theme: Theme): string {
  const panels = [...results.rows.filter(isCompared).map(panelOfRow), panelOfSizes(results.bundles)].filter(
    ({ bars }) => bars.length > 0,
  );
  let y = 8;
  const drawn: string[] = [];
  for (let i = 0; i < panels.length; i += 2) {
    const pair = panels.slice(i, i + 2);
    pair.forEach((panel, column) => {
      drawn.push(drawPanel(panel, { x: column * (columnWidth + gap), y, width: columnWidth }));
    });
    y += Math.max(...pair.map(panelHeight)) + gap / 2;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="What tautline costs beside its peers">`,
    `<style>${styleOf(theme)}</style>`,
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

/** Rows of ours alone say how it grows, not how it compares. */
function isCompared({ costs }: Row): boolean {
  return Object.keys(costs).length > 1;
}

function panelOfRow({ title, unit, costs }: Row): Panel {
  const [work = title, measure = ""] = title.split(": ");
  const bars = (Object.entries(costs) as [SideName, Spread][]).map(
    ([side, { median }]): Bar => ({ label: sides[side].label, value: median, isOurs: side === "tautline" }),
  );
  return { title: work, measure: `${measure}, ${unit}`, bars };
}

function panelOfSizes(bundles: readonly BundleSize[]): Panel {
  const bars = bundles.map(
    ({ id, title, bytes, isOurs }): Bar => ({ label: isOurs ? id : title, value: bytes / 1_024, isOurs }),
  );
  return { title: "what a browser loads", measure: "client, minified, gzip −9, KB", bars };
}

function styleOf(theme: Theme): string {
  const { ink, soft, ours, theirs } = themes[theme];
  return [
    'text{font-family:system-ui,-apple-system,"Segoe UI",sans-serif;font-size:12px}',
    `.title{fill:${ink};font-size:13px;font-weight:600}`,
    `.measure{fill:${soft}}`,
    `.ours{fill:${ours}}.theirs{fill:${theirs}}`,
    `.ours-text{fill:${ink};font-weight:600}.theirs-text{fill:${soft}}`,
  ].join("");
}
