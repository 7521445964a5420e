import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { stateDiagrams } from "./state-diagrams.js";

const docs = fileURLToPath(new URL("..", import.meta.url));

/**
 * The pages of a folder as a part of the sidebar: a page's text is its first heading, its place the number in
 * `order:` of its front matter, or else the last, by name. So a new page needs no change here.
 */
function pagesOf(folder) {
  if (!existsSync(`${docs}${folder}`)) return [];
  return readdirSync(`${docs}${folder}`)
    .filter((file) => file.endsWith(".md") && file !== "index.md")
    .map((file) => {
      const text = readFileSync(`${docs}${folder}/${file}`, "utf8");
      const name = file.slice(0, -".md".length);
      return {
        text: /^# (.+)$/m.exec(text)?.[1] ?? name,
        link: `/${folder}/${name}`,
        order: Number(/^order: (\d+)$/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY),
      };
    })
    .sort((a, b) => (a.order === b.order ? a.link.localeCompare(b.link) : a.order - b.order));
}

/** What typedoc left for the sidebar; nothing before its first run (`pnpm run docs` runs it first). */
function apiPages() {
  const file = `${docs}api/typedoc-sidebar.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
}

const guides = pagesOf("guide");
const reference = pagesOf("reference");

export default defineConfig({
  title: "tautline",
  description:
    "Typed real-time messages over WebSocket that heal themselves: nothing lost, nothing twice, in order.",
  lang: "en",
  cleanUrls: true,
  lastUpdated: false,
  // A dead link fails the build. Addresses on one's own machine are examples, not links.
  ignoreDeadLinks: [/^https?:\/\/localhost/],
  markdown: { config: stateDiagrams },
  themeConfig: {
    nav: [
      { text: "Guide", link: guides[0]?.link ?? "/" },
      { text: "Reference", link: reference[0]?.link ?? "/api/" },
      { text: "API", link: "/api/" },
    ],
    sidebar: {
      "/api/": [{ text: "API", items: apiPages() }],
      "/": [
        { text: "Guide", items: guides },
        { text: "Reference", items: [{ text: "The protocol", link: "/protocol" }, ...reference] },
        { text: "API", link: "/api/" },
        { text: "Decisions", items: pagesOf("decisions"), collapsed: true },
      ],
    },
    outline: [2, 3],
    search: { provider: "local" },
  },
});
