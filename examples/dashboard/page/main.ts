import "@fontsource-variable/archivo/wdth.css";
import "./style.css";
import { isKind, type Kind, kinds } from "../src/contract.js";
import { client } from "./client.js";
import { element } from "./element.js";
import { onReconnect, showLine } from "./line.js";
import { Panel } from "./panel.js";
import { followTheme } from "./theme.js";

const saved = "tautline.watched";

/** What was chosen last time; at first, all but the disk. */
function chosen(): Set<Kind> {
  const text = localStorage.getItem(saved);
  return new Set(text === null ? kinds.slice(0, 3) : text.split(" ").filter(isKind));
}

const watched = chosen();
const panels = kinds.map((kind) => {
  const panel = new Panel(kind, (is) => {
    if (is) watched.add(kind);
    else watched.delete(kind);
    localStorage.setItem(saved, [...watched].join(" "));
  });
  element("panels").append(panel.section);
  panel.watch(watched.has(kind));
  return panel;
});

followTheme(() => {
  for (const panel of panels) panel.recolour();
});

client.on("state", showLine);
showLine(client.state);
onReconnect(() => void client.connect());
