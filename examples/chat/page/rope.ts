/** How far the rope hangs down: of its box's height, from 0 to 1. */
const slack = 0.8;
/** A damped spring: pulled taut, it swings once or twice. */
const stiffness = 260;
const damping = 13;

/** Draws a rope that hangs slack, or is pulled taut. */
export class Rope {
  readonly #svg: SVGSVGElement;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #sag = slack;
  #speed = 0;
  #target = slack;
  #last = 0;
  #running = false;

  constructor(svg: SVGSVGElement) {
    this.#svg = svg;
    new ResizeObserver(() => this.#draw()).observe(svg);
  }

  pull(taut: boolean): void {
    this.#target = taut ? 0 : slack;
    if (this.#calm.matches || document.hidden) {
      this.#sag = this.#target;
      this.#draw();
    } else if (!this.#running) {
      this.#running = true;
      this.#last = performance.now();
      requestAnimationFrame((now) => this.#swing(now));
    }
  }

  #swing(now: number): void {
    const seconds = Math.min(0.032, (now - this.#last) / 1000);
    this.#last = now;
    this.#speed += (stiffness * (this.#target - this.#sag) - damping * this.#speed) * seconds;
    this.#sag += this.#speed * seconds;
    this.#running = Math.abs(this.#speed) > 0.01 || Math.abs(this.#target - this.#sag) > 0.002;
    if (this.#running) requestAnimationFrame((next) => this.#swing(next));
    else this.#sag = this.#target;
    this.#draw();
  }

  #draw(): void {
    const { clientWidth: width, clientHeight: height } = this.#svg;
    const top = 4;
    // A quadratic curve reaches half as deep as its control point.
    const depth = top + this.#sag * 2 * (height - 2 * top);
    for (const path of this.#svg.querySelectorAll("path")) {
      path.setAttribute("d", `M-4 ${top}Q${width / 2} ${depth.toFixed(2)} ${width + 4} ${top}`);
    }
  }
}
