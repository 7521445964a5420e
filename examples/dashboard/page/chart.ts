import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Sample } from "../src/contract.js";
import { inWords } from "./figure.js";
import type { Instrument } from "./instruments.js";

/** What a chart shows at most and, as it begins, at least: in seconds. */
const span = 120;
const shortestSpan = 20;
/** How far apart the axis may be marked, in seconds. */
const steps = [5, 10, 15, 30];
/** Samples further apart, in seconds, are not joined: nobody knows what was between them. */
const longestStep = 4;

/** The last two minutes of one instrument. */
export class Chart {
  readonly #host: HTMLElement;
  readonly #instrument: Instrument<Sample>;
  /** Times, then one column of values for each series. */
  readonly #columns: [number[], ...(number | null)[][]];
  readonly #plot: uPlot;
  #top: number | undefined;

  constructor(host: HTMLElement, instrument: Instrument<Sample>) {
    this.#host = host;
    this.#instrument = instrument;
    this.#columns = [[], ...instrument.series.map(() => [])];
    this.#plot = new uPlot(this.#options(), this.#columns, host);
    new ResizeObserver(() => this.#fit()).observe(host);
  }

  push(sample: Sample): void {
    this.#top = this.#instrument.top?.(sample);
    const [times, ...values] = this.#columns;
    const now = sample.at / 1000;
    const before = times.at(-1);
    if (before !== undefined && now <= before) return;
    if (before !== undefined && now - before > longestStep) {
      times.push(before + 0.001);
      for (const column of values) column.push(null);
    }
    times.push(now);
    for (const [i, column] of values.entries()) column.push(this.#instrument.series[i]?.of(sample) ?? null);
    while ((times[0] ?? now) < now - span) for (const column of this.#columns) column.shift();
  }

  /** Draws what was pushed: many at once are drawn once. */
  draw(): void {
    this.#plot.setData(this.#columns);
  }

  /** The colours of the page have changed. */
  recolour(): void {
    this.#plot.redraw(false, true);
  }

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width > 0 && height > 0) this.#plot.setSize({ width, height });
  }

  #options(): uPlot.Options {
    const colour = (name: string) => () => getComputedStyle(this.#host).getPropertyValue(name);
    const strokes = [colour("--first"), colour("--second")];
    const axis = {
      stroke: colour("--soft"),
      font: '12px "Archivo Variable", system-ui, sans-serif',
      ticks: { show: false },
    };
    return {
      width: this.#host.clientWidth || 300,
      height: this.#host.clientHeight || 160,
      padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, range: () => spanOf(this.#columns[0]) },
        y: { range: (_plot, _from, to) => [0, this.#top ?? Math.max(1000, to * 1.15)] },
      },
      series: [
        {},
        ...this.#instrument.series.map(({ label }, i) => ({
          label,
          stroke: strokes[i] as () => string,
          width: i === 0 ? 2 : 1.5,
          points: { show: false },
          ...(i === 0 ? { fill: colour("--area") } : { dash: [5, 3] }),
        })),
      ],
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 26,
          splits: (_plot, _axis, from, to) => marksOf(from, to).map((ago) => to - ago),
          values: (_plot, times) => times.map((time) => inThePast((times[0] ?? time) - time)),
        },
        {
          ...axis,
          grid: { stroke: colour("--hair"), width: 1 },
          size: 68,
          space: 36,
          values: (_plot, values) => values.map((value) => inWords(this.#instrument.axis(value))),
        },
      ],
    };
  }
}

function spanOf(times: readonly number[]): [from: number, to: number] {
  const last = times.at(-1) ?? shortestSpan;
  return [Math.max(last - span, Math.min(times[0] ?? 0, last - shortestSpan)), last];
}

/** Where the axis is marked, in seconds before its end: the end first. */
function marksOf(from: number, to: number): number[] {
  const step = steps.find((seconds) => (to - from) / seconds < 5) ?? 30;
  return Array.from({ length: Math.floor((to - from) / step + 0.5) }, (_, i) => i * step);
}

function inThePast(seconds: number): string {
  return seconds === 0 ? "now" : `${Math.round(seconds)} s ago`;
}
