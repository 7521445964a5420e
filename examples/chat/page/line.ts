import type { ClientState } from "@tautline/client";
import { element } from "./element.js";
import { Rope } from "./rope.js";

const box = element("line");
const text = element("line-text", "span");
const countdown = element("line-countdown", "span");
const button = element("line-button", "button");
const rope = new Rope(box.querySelector("svg") as SVGSVGElement);
let ticking: ReturnType<typeof setInterval> | undefined;

/** Shows whether there is a connection: the line is taut, or hangs slack and says when the next attempt comes. */
export function showLine(state: ClientState): void {
  clearInterval(ticking);
  box.dataset.state = state.kind;
  rope.pull(state.kind === "connected");
  countdown.textContent = "";
  text.textContent = sentence(state);
  button.hidden = state.kind !== "waiting" && state.kind !== "closed";
  button.textContent = state.kind === "closed" ? "Connect again" : "Try now";
  if (state.kind === "waiting") count(performance.now() + state.delayMs);
}

/** The seconds stand beside the announced text: a screen reader is not told each of them. */
function count(due: number): void {
  const tick = (): void => {
    const seconds = Math.ceil((due - performance.now()) / 1000);
    countdown.textContent = seconds > 0 ? `Next try in ${seconds} s` : "Trying now";
  };
  tick();
  ticking = setInterval(tick, 250);
}

function sentence(state: ClientState): string {
  switch (state.kind) {
    case "idle":
    case "connecting":
      return "Connecting";
    case "connected":
      return "Connected";
    case "waiting":
      return navigator.onLine ? "The line went slack." : "This device is offline.";
    case "closed":
      return state.error ? `Disconnected: ${state.error.message}` : "Disconnected";
  }
}

export function onReconnect(reconnect: () => void): void {
  button.addEventListener("click", reconnect);
}
