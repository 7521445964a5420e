import type { Person } from "./client.js";
import { isMe } from "./client.js";
import { type Conversation, nameOf } from "./conversation.js";
import { element, make } from "./element.js";
import { colourOf } from "./identity.js";

/** Offered even while nobody is there. */
const suggested = ["lobby", "galley", "workshop"];
/** A crowd is counted, not listed. */
const maxListed = 100;

const rooms = element("rooms", "ul");
const people = element("people", "ul");
const count = element("people-count", "span");
const side = element("side");
const sideButton = element("side-button", "button");
const narrow = matchMedia("(max-width: 760px)");

export function showRooms(
  open: ReadonlyMap<string, Conversation>,
  current: string,
  listed: readonly { readonly room: string; readonly members: number }[],
): void {
  const members = new Map(listed.map((one) => [one.room, one.members]));
  const titles = new Set([...suggested, ...open.keys(), ...members.keys()]);
  rooms.replaceChildren(
    ...[...titles].map((title) => {
      const link = make("a", "", [make("span", "", title)]);
      link.href = `#${encodeURIComponent(title)}`;
      if (title === current) link.setAttribute("aria-current", "page");
      const unread = open.get(title)?.unread ?? 0;
      if (unread > 0) link.append(make("b", "", String(unread)), make("span", "unseen", "unread"));
      const there = members.get(title) ?? 0;
      if (there > 0)
        link.append(
          make("span", "count", String(there)),
          make("span", "unseen", there === 1 ? "person" : "people"),
        );
      return make("li", "", [link]);
    }),
  );
}

export function showPeople(all: readonly Person[]): void {
  const sorted = [...all].sort(
    (a, b) => Number(isMe(b.member)) - Number(isMe(a.member)) || nameOf(a).localeCompare(nameOf(b)),
  );
  people.replaceChildren(
    ...sorted.slice(0, maxListed).map((person) => {
      const item = make("li", "", isMe(person.member) ? `${nameOf(person)} (you)` : nameOf(person));
      item.dataset.colour = String(colourOf(person.member));
      return item;
    }),
  );
  if (all.length > maxListed) people.append(make("li", "rest", `and ${all.length - maxListed} more`));
  count.textContent = all.length === 0 ? "" : String(all.length);
}

/** On a narrow page rooms and people lie behind a button. */
export function startSide(): void {
  const open = (is: boolean): void => {
    document.body.classList.toggle("side-open", is);
    sideButton.setAttribute("aria-expanded", String(is));
    side.inert = narrow.matches && !is;
  };
  sideButton.addEventListener("click", () => {
    open(true);
    side.querySelector<HTMLElement>("a[aria-current], a")?.focus();
  });
  element("shade").addEventListener("click", () => open(false));
  narrow.addEventListener("change", () => open(false));
  addEventListener("hashchange", () => open(false));
  side.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !narrow.matches) return;
    open(false);
    sideButton.focus();
  });
  open(false);
}
