import { lengthOf, maxMessageLength } from "../src/contract.js";
import { element } from "./element.js";

/** The counter is quiet until it matters. */
const countFrom = 400;

const form = element("composer", "form");
const text = element("text", "textarea");
const counter = element("counter", "span");
const send = element("send", "button");
const note = element("note", "p");
const noteText = element("note-text", "span");
const noteSeconds = element("note-seconds", "span");

/** What the writer does. */
export interface Writer {
  say(text: string): void;
  typing(): void;
}

let pausedUntil = 0;
let ticking: ReturnType<typeof setInterval> | undefined;

export function startComposer(writer: Writer): void {
  const submit = (): void => {
    if (send.disabled) return;
    writer.say(text.value.trim());
    text.value = "";
    update();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  text.addEventListener("keydown", (event) => {
    // Enter that ends an input method's word is not meant to send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  text.addEventListener("input", () => {
    if (text.value.trim()) writer.typing();
    update();
  });
  update();
}

/** Writing can go on; sending waits until the server takes messages again. */
export function pauseFor(ms: number): void {
  pausedUntil = performance.now() + ms;
  clearInterval(ticking);
  ticking = setInterval(countDown, 250);
  countDown();
  update();
}

export function focusComposer(): void {
  text.focus();
}

function countDown(): void {
  const seconds = Math.ceil((pausedUntil - performance.now()) / 1000);
  note.hidden = seconds <= 0;
  // The sentence is announced once, the seconds beside it are only seen.
  noteText.textContent = seconds > 0 ? "You write faster than the room can read. Take a breath." : "";
  noteSeconds.textContent = `You can send again in ${seconds} s.`;
  if (seconds > 0) return;
  clearInterval(ticking);
  update();
}

function update(): void {
  const length = lengthOf(text.value.trim());
  const left = maxMessageLength - length;
  counter.textContent = left < 0 ? `${-left} too many` : length >= countFrom ? `${left} left` : "";
  counter.classList.toggle("over", left < 0);
  text.setAttribute("aria-invalid", String(left < 0));
  send.disabled = length === 0 || left < 0 || performance.now() < pausedUntil;
  // As high as its text, up to what the style sheet allows.
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}
