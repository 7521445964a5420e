import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromiumArguments } from "../requirements.js";

/** @param ignored - arguments of Playwright's own that are left out */
export async function launch(executablePath: string, ...ignored: string[]): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...chromiumArguments], ignoreDefaultArgs: ignored });
}

/** Somebody at a desk, who wants nothing to move: drawing what swings costs most of the work, and shows no test anything. */
const atDesk: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" };

/** A page in a context of its own: another visitor. */
export interface Visitor {
  readonly page: Page;
  /** What went wrong in the page. What the browser itself says about a lost network is not a fault of the page. */
  readonly faults: string[];
}

const networkTalk = /WebSocket connection to|net::ERR_/;

export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ ...atDesk, ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !networkTalk.test(message.text()))
      faults.push(message.text());
  });
  await page.goto(url);
  await connected(page);
  return { page, faults };
}

/** Resolves when the page shows that it has a connection. */
export async function connected(page: Page): Promise<void> {
  await page.locator('#line[data-state="connected"]').waitFor();
}

/** Resolves when the page shows that it has none. */
export async function slack(page: Page): Promise<void> {
  await page.locator('#line:not([data-state="connected"])').waitFor();
}
