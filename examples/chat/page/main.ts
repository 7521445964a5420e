import "@fontsource-variable/archivo/wdth.css";
import "@fontsource-variable/literata/wght.css";
import "./style/index.css";
import { lengthOf, maxNameLength, maxRoomLength } from "../src/contract.js";
import { client } from "./client.js";
import { focusComposer, pauseFor, startComposer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { element } from "./element.js";
import { ownName, rename } from "./identity.js";
import { onReconnect, showLine } from "./line.js";
import { LogView } from "./log-view.js";
import { showPeople, showRooms, startSide } from "./side-view.js";
import { followTheme } from "./theme.js";

const home = "lobby";
const log = new LogView();
const open = new Map<string, Conversation>();
let listed: readonly { readonly room: string; readonly members: number }[] = [];
let name = ownName();
let current = opened(titleInAddress());

function titleInAddress(): string {
  try {
    const title = decodeURIComponent(location.hash.slice(1)).trim();
    return title !== "" && lengthOf(title) <= maxRoomLength ? title : home;
  } catch {
    return home;
  }
}

/** Joins a room, if that was not done yet. It stays joined while others are looked at. */
function opened(title: string): Conversation {
  const conversation = open.get(title) ?? new Conversation(title, name, showAround);
  open.set(title, conversation);
  return conversation;
}

function lookAt(conversation: Conversation): void {
  const { title } = conversation;
  for (const one of open.values()) one.view = undefined;
  current = conversation;
  conversation.view = {
    added: (entry) => log.added(entry),
    outgoing: (messages) => {
      log.outgoing(messages);
      const waits = messages.flatMap(({ error }) =>
        error?.code === "RATE_LIMITED" ? (error.retryAfterMs ?? 1_000) : [],
      );
      const newest = waits.at(-1);
      if (newest !== undefined && messages.at(-1)?.error) pauseFor(newest);
    },
    changed: showHere,
  };
  conversation.unread = 0;
  element("title", "h1").textContent = title;
  element("leave", "button").hidden = title === home;
  element("text", "textarea").placeholder = `Say something in ${title}`;
  log.show(conversation);
  showHere();
  showAround();
}

function showHere(): void {
  showPeople(current.people);
  element("typing", "p").textContent = current.typists.sentence;
}

function showAround(): void {
  showRooms(open, current.title, listed);
  const unread = [...open.values()].reduce((sum, one) => sum + one.unread, 0);
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${current.title} · tautline`;
}

lookAt(current);
startSide();
followTheme();
startComposer({
  say: (text) => void current.say(text),
  typing: () => current.typing(),
});

// The address names the room: going to the composer must not change it.
element("skip", "a").addEventListener("click", (event) => {
  event.preventDefault();
  focusComposer();
});
addEventListener("hashchange", () => {
  lookAt(opened(titleInAddress()));
  focusComposer();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  current.unread = 0;
  showAround();
});

const nameInput = element("name", "input");
nameInput.value = name;
element("name-form", "form").addEventListener("submit", (event) => {
  event.preventDefault();
  const called = rename(nameInput.value);
  nameInput.setCustomValidity(called ? "" : `A name has 1 to ${maxNameLength} characters.`);
  nameInput.reportValidity();
  if (!called) return;
  name = nameInput.value = called;
  for (const conversation of open.values()) void conversation.rename(called);
  focusComposer();
});
nameInput.addEventListener("input", () => nameInput.setCustomValidity(""));

const roomInput = element("room-name", "input");
element("room-form", "form").addEventListener("submit", (event) => {
  event.preventDefault();
  const title = roomInput.value.trim();
  roomInput.setCustomValidity(
    lengthOf(title) > maxRoomLength ? `A room's name has at most ${maxRoomLength} characters.` : "",
  );
  if (!title || !roomInput.reportValidity()) return;
  roomInput.value = "";
  location.hash = encodeURIComponent(title);
});
roomInput.addEventListener("input", () => roomInput.setCustomValidity(""));

element("leave", "button").addEventListener("click", () => {
  current.leave();
  open.delete(current.title);
  location.hash = home;
});

const directory = client.room("rooms");
directory.on("rooms", ({ data }) => {
  listed = data;
  showAround();
});
void directory.join({ timeoutMs: null });

client.on("state", (state) => {
  showLine(state);
  showHere();
});
showLine(client.state);
onReconnect(() => void client.connect());
if (matchMedia("(min-width: 761px)").matches) focusComposer();
