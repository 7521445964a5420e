import type { Kind, Sample, SampleOf } from "../src/contract.js";
import { bytes, type Figure, inWords, percent, rate } from "./figure.js";

/** One line of a chart. */
export interface Series<S> {
  readonly label: string;
  readonly of: (sample: S) => number;
}

/** How one kind of figures is shown. */
export interface Instrument<S> {
  readonly title: string;
  /** The first one is drawn as an area. */
  readonly series: readonly Series<S>[];
  /** The great number of the panel. */
  readonly figure: (sample: S) => Figure;
  /** What the great number is. */
  readonly caption: string;
  readonly details: (sample: S) => readonly (readonly [label: string, value: string])[];
  /** A number on the chart's axis. */
  readonly axis: (value: number) => Figure;
  /** The top of the chart; without one, it grows with what it shows. */
  readonly top?: (sample: S) => number;
}

const instruments: { readonly [K in Kind]: Instrument<SampleOf<K>> } = {
  cpu: {
    title: "Processor",
    series: [
      { label: "All work", of: ({ load }) => load },
      { label: "System", of: ({ system }) => system },
    ],
    figure: ({ load }) => percent(load),
    caption: "busy",
    details: ({ system, cores }) => [
      ["System", inWords(percent(system))],
      [cores.length === 1 ? "Core" : "Busiest core", inWords(percent(Math.max(0, ...cores)))],
      ["Cores", String(cores.length)],
    ],
    axis: percent,
    top: () => 100,
  },
  memory: {
    title: "Memory",
    series: [
      { label: "In use", of: ({ used }) => used },
      { label: "Caches", of: ({ cached }) => cached },
    ],
    figure: ({ used }) => bytes(used),
    caption: "in use",
    details: ({ used, total, cached }) => [
      ["Share", inWords(percent((100 * used) / Math.max(1, total)))],
      ["Caches", inWords(bytes(cached))],
      ["Installed", inWords(bytes(total))],
    ],
    axis: bytes,
    top: ({ total }) => total,
  },
  network: {
    title: "Network",
    series: [
      { label: "Received", of: ({ received }) => received },
      { label: "Sent", of: ({ sent }) => sent },
    ],
    figure: ({ received }) => rate(received),
    caption: "received",
    details: ({ sent }) => [["Sent", inWords(rate(sent))]],
    axis: rate,
  },
  disk: {
    title: "Disk",
    series: [
      { label: "Read", of: ({ read }) => read },
      { label: "Written", of: ({ written }) => written },
    ],
    figure: ({ read, written }) => rate(read + written),
    caption: "read and written",
    details: ({ read, written, used, size }) => [
      ["Read", inWords(rate(read))],
      ["Written", inWords(rate(written))],
      ["Space in use", `${inWords(bytes(used))} of ${inWords(bytes(size))}`],
    ],
    axis: rate,
  },
};

/** The instrument for a kind, for a caller that knows its samples only as `Sample`. */
export function instrumentOf(kind: Kind): Instrument<Sample> {
  // Each kind's room carries that kind's samples, which the compiler cannot follow through the table.
  return instruments[kind] as unknown as Instrument<Sample>;
}
