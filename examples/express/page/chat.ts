import { createClient } from "@tautline/client";
import { TautlineError } from "@tautline/protocol";
import { contract } from "../src/contract.js";

const element = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;

const user = (await (await fetch("/me")).json()) as { id: string } | null;
if (user) chat(user.id);
else element("login").hidden = false;

function chat(me: string): void {
  element("chat").hidden = false;
  // No token: the session cookie goes along by itself.
  const client = createClient(contract, { url: `${location.origin.replace(/^http/, "ws")}/live` });
  const lobby = client.room("lobby");

  client.on("state", (state) => {
    const words = {
      idle: "",
      connecting: "Connecting…",
      connected: "Connected",
      waiting: "Reconnecting…",
      closed: "Closed",
    };
    element("state").textContent = words[state.kind];
    // Logged out, here or in another tab.
    if (state.kind === "closed" && state.error) location.reload();
  });
  lobby.on("message", ({ data }) => show(data.name, data.text, data.name === me));
  lobby.on("gap", () => show("…", "some messages were missed", false));
  lobby.on("presence", (members) => {
    const names = new Set(members.map((member) => member.user));
    element("here").textContent = `Here: ${[...names].sort().join(", ")}`;
  });
  lobby.join({ presence: {} }).catch(tell);

  element<HTMLFormElement>("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = element<HTMLInputElement>("text");
    element("problem").textContent = "";
    lobby.send("say", { text: input.value }).catch(tell);
    input.value = "";
  });
}

function show(name: string, text: string, mine: boolean): void {
  const line = document.createElement("li");
  line.className = mine ? "mine" : "";
  const author = document.createElement("b");
  author.textContent = name;
  line.append(author, text);
  const list = element("messages");
  list.append(line);
  list.scrollTop = list.scrollHeight;
}

function tell(error: unknown): void {
  const seconds = TautlineError.is(error) ? Math.ceil((error.retryAfterMs ?? 0) / 1000) : 0;
  const words = error instanceof Error ? error.message : String(error);
  element("problem").textContent = seconds > 0 ? `Not so fast: wait ${seconds} seconds.` : words;
}
