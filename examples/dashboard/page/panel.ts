import type { Kind, Sample } from "../src/contract.js";
import { Chart } from "./chart.js";
import { roomOf } from "./client.js";
import { make } from "./element.js";
import { inWords } from "./figure.js";
import { instrumentOf } from "./instruments.js";

const template = document.getElementById("panel") as HTMLTemplateElement;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** One kind of figures on the page: watched, or not. */
export class Panel {
  readonly section: HTMLElement;
  readonly #kind: Kind;
  readonly #chart: Chart;
  readonly #switch: HTMLInputElement;
  #latest: Sample | undefined;
  #drawing = false;

  constructor(kind: Kind, chosen: (watched: boolean) => void) {
    this.#kind = kind;
    const instrument = instrumentOf(kind);
    this.section = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    this.section.dataset.kind = kind;
    this.section.setAttribute("aria-label", instrument.title);
    this.#part("h2").textContent = instrument.title;
    this.#switch = this.#part("input") as HTMLInputElement;
    this.#switch.setAttribute("aria-label", `Watch ${instrument.title.toLowerCase()}`);
    this.#chart = new Chart(this.#part(".chart"), instrument);
    this.#part(".chart").append(legend(instrument.series.map(({ label }) => label)));

    roomOf(kind).on("sample", ({ data }) => this.#show(data));
    this.#switch.addEventListener("change", () => {
      this.watch(this.#switch.checked);
      chosen(this.#switch.checked);
    });
  }

  watch(watched: boolean): void {
    this.#switch.checked = watched;
    this.section.classList.toggle("watched", watched);
    this.#part(".foot").textContent = watched ? "Waiting for the first figure" : "";
    const room = roomOf(this.#kind);
    if (!watched) return room.leave();
    // Joined for as long as it is switched on, however long the connection takes.
    room.join({ timeoutMs: null }).catch((error: unknown) => {
      if (this.#switch.checked) this.#part(".foot").textContent = `This cannot be watched: ${String(error)}`;
    });
  }

  recolour(): void {
    this.#chart.recolour();
  }

  /** History comes all at once: it is drawn once, with the next picture. */
  #show(sample: Sample): void {
    this.#latest = sample;
    this.#chart.push(sample);
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#drawing = false;
    const sample = this.#latest;
    if (!sample || !this.#switch.checked) return;
    const { title, caption, figure, details } = instrumentOf(this.#kind);
    const { value, unit } = figure(sample);
    this.#part(".value").textContent = value;
    this.#part(".unit").textContent = `${unit} ${caption}`;
    this.#part("dl").replaceChildren(
      ...details(sample).map(([label, detail]) =>
        make("div", "", [make("dt", "", label), make("dd", "", detail)]),
      ),
    );
    this.#part(".chart").setAttribute(
      "aria-label",
      `${title}, the last two minutes. Now ${inWords({ value, unit })} ${caption}.`,
    );
    this.#part(".foot").textContent =
      `Sampling since ${clock.format(sample.since)}, ${sample.viewers} watching`;
    this.section.dataset.samples = String(Number(this.section.dataset.samples ?? 0) + 1);
    this.#chart.draw();
  }

  #part(selector: string): HTMLElement {
    return this.section.querySelector(selector) as HTMLElement;
  }
}

function legend(labels: readonly string[]): HTMLElement {
  const list = make(
    "ul",
    "legend",
    labels.map((label) => make("li", "", label)),
  );
  list.setAttribute("aria-hidden", "true");
  return list;
}
