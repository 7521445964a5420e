import type { Conversation, Entry, Outgoing, Said } from "./conversation.js";
import { element, make } from "./element.js";
import { colourOf } from "./identity.js";

/** As many as a conversation keeps. */
const maxShown = 500;
/** One heading for what one member says within this span. */
const groupMs = 5 * 60_000;
/** Nearer to the end than this, in pixels, the reader follows what comes. */
const nearEnd = 80;

const log = element("log");
const messages = element("messages", "ol");
const outgoing = element("outgoing", "ol");
const empty = element("empty", "p");
const newer = element("newer", "button");

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

/** Shows one conversation at a time, and keeps its reader's place in it. */
export class LogView {
  #conversation: Conversation | undefined;
  #last: Entry | undefined;
  #missed = 0;

  constructor() {
    log.addEventListener("scroll", () => this.#isAtEnd() && this.#setMissed(0), { passive: true });
    newer.addEventListener("click", () => this.#follow());
    // The phone's keyboard, a longer draft: whoever was at the end stays there.
    let height = log.clientHeight;
    new ResizeObserver(() => {
      if (log.scrollHeight - log.scrollTop - height < nearEnd) this.#follow();
      height = log.clientHeight;
    }).observe(log);
  }

  show(conversation: Conversation): void {
    this.#conversation = conversation;
    this.#last = undefined;
    // A whole conversation at once is not read out.
    log.setAttribute("aria-live", "off");
    messages.replaceChildren();
    for (const entry of conversation.entries) this.#append(entry);
    this.outgoing(conversation.outgoing);
    empty.hidden = messages.childElementCount > 0;
    this.#follow();
    requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
  }

  added(entry: Entry): void {
    const follows = this.#isAtEnd();
    this.#append(entry);
    empty.hidden = true;
    while (messages.childElementCount > maxShown) messages.firstElementChild?.remove();
    if (follows || (entry.kind === "said" && entry.mine)) this.#follow();
    else if (entry.kind === "said") this.#setMissed(this.#missed + 1);
  }

  outgoing(all: readonly Outgoing[]): void {
    const follows = this.#isAtEnd();
    outgoing.replaceChildren(...all.map((message) => this.#outgoingItem(message)));
    if (follows) this.#follow();
  }

  #append(entry: Entry): void {
    const before = this.#last;
    this.#last = entry;
    if (!before || day.format(before.at) !== day.format(entry.at)) {
      messages.append(make("li", "day", day.format(entry.at)));
    }
    messages.append(entry.kind === "notice" ? noticeItem(entry.text, entry.at) : saidItem(entry, before));
  }

  #outgoingItem(message: Outgoing): HTMLLIElement {
    const text = make("p", "text", message.text);
    const item = make("li", "said mine", [text]);
    item.dataset.state = message.error ? "failed" : "pending";
    if (!message.error) {
      item.append(make("p", "fate", "On its way"));
      return item;
    }
    const unsure = message.error.code === "OUTCOME_UNKNOWN";
    const again = make("button", "quiet", "Send again");
    again.addEventListener("click", () => void this.#conversation?.again(message));
    const discard = make("button", "quiet", "Discard");
    discard.addEventListener("click", () => this.#conversation?.discard(message));
    const fate = make("span", "", unsure ? "It is not known whether this arrived." : "Not sent.");
    item.append(make("p", "fate", [fate, again, discard]));
    return item;
  }

  #isAtEnd(): boolean {
    return log.scrollHeight - log.scrollTop - log.clientHeight < nearEnd;
  }

  #follow(): void {
    log.scrollTop = log.scrollHeight;
    this.#setMissed(0);
  }

  #setMissed(count: number): void {
    this.#missed = count;
    newer.hidden = count === 0;
    newer.textContent = count === 1 ? "1 new message" : `${count} new messages`;
  }
}

function noticeItem(text: string, at: number): HTMLLIElement {
  return make("li", "notice", [make("span", "", text), timeOf(at)]);
}

function saidItem(said: Said, before: Entry | undefined): HTMLLIElement {
  const goesOn =
    before?.kind === "said" &&
    before.member === said.member &&
    before.name === said.name &&
    said.at - before.at < groupMs;
  const item = make("li", said.mine ? "said mine" : "said");
  item.dataset.colour = String(colourOf(said.member));
  if (goesOn) item.classList.add("goes-on");
  const name = make("span", "name", said.mine ? `${said.name} (you)` : said.name);
  item.append(make("p", "head", [name, timeOf(said.at)]), make("p", "text", said.text));
  return item;
}

function timeOf(at: number): HTMLTimeElement {
  const time = make("time", "", clock.format(at));
  time.dateTime = new Date(at).toISOString();
  return time;
}
