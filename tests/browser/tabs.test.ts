import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, headlessChromiumPath } from "../requirements.js";
import { delivered, said, say } from "./chat-page.js";
import { connected, launch, visit } from "./chromium.js";
import { type DemoServer, startDemoServer } from "./demo-server.js";

const chromium = chromiumPath();

describe.skipIf(!chromium)("a person with several tabs", () => {
  let browser: Browser;
  let server: DemoServer;

  beforeAll(async () => {
    browser = await launch(headlessChromiumPath() as string);
    server = await startDemoServer();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  it("goes on in both where one is a duplicate, with the same storage: neither puts the other out (F-10)", async () => {
    const { page: first } = await visit(browser, `${server.url}/chat/#twins`);
    const [second] = await Promise.all([
      first.waitForEvent("popup"),
      // Unlike a link's, a script's new tab begins with a copy of the session's storage, as a duplicated one does.
      first.evaluate(() => void open(location.href)),
    ]);
    await connected(second);
    const changes = await first.evaluateHandle(() => {
      const seen: string[] = [];
      const line = document.querySelector("#line") as HTMLElement;
      new MutationObserver(() => seen.push(String(line.dataset.state))).observe(line, {
        attributeFilter: ["data-state"],
      });
      return seen;
    });
    for (const [from, to, text] of [
      [first, second, "one"],
      [second, first, "two"],
      [first, second, "three"],
    ] as const) {
      await say(from, text);
      await delivered(to, text);
    }
    for (const page of [first, second]) expect(await said(page)).toEqual(["one", "two", "three"]);
    expect(await changes.jsonValue()).toEqual([]);
    await first.context().close();
  });

  it("comes back to a page that the browser kept as it was, and misses nothing that was said meanwhile (F-09)", async () => {
    const { page: other } = await visit(browser, `${server.url}/chat/#kept`);
    const whole = await launch(chromium as string, "--disable-back-forward-cache");
    const { page } = await visit(whole, `${server.url}/chat/#kept`);
    // Playwright loses sight of a page that was kept: the page itself tells the other one what it has heard.
    await page.evaluate(() => {
      const texts = () => [...document.querySelectorAll("#messages .text")].map((one) => one.textContent);
      const tell = (text: string) => {
        const field = document.querySelector("textarea") as HTMLTextAreaElement;
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.form?.requestSubmit();
      };
      addEventListener("pageshow", ({ persisted }) => {
        const look = setInterval(() => {
          if (!persisted || !texts().includes("meanwhile")) return;
          clearInterval(look);
          tell(`kept, and heard ${texts().join(", ")}`);
        }, 20);
      });
    });
    await say(other, "before");
    await delivered(page, "before");
    await page.goto(`${server.url}/`);
    await say(other, "meanwhile");
    await delivered(other, "meanwhile");
    await page.evaluate(() => history.back());
    await delivered(other, "kept, and heard before, meanwhile");
    await whole.close();
  });
});
