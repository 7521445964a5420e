import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { say } from "../browser/chat-page.js";
import { launch, slack, visit } from "../browser/chromium.js";
import { type DemoServer, startDemoServer } from "../browser/demo-server.js";
import { headlessChromiumPath } from "../requirements.js";

// What a person sees, on a desk and on a phone, by day and by night. SHOTS=<folder> keeps a picture of each.

const chromium = headlessChromiumPath();
const shots = process.env.SHOTS;

const screens: readonly (readonly [name: string, options: BrowserContextOptions])[] = (
  ["light", "dark"] as const
).flatMap((colorScheme) => [
  [`desk-${colorScheme}`, { viewport: { width: 1280, height: 800 }, colorScheme }] as const,
  [
    `phone-${colorScheme}`,
    {
      viewport: { width: 390, height: 844 },
      colorScheme,
      hasTouch: true,
      isMobile: true,
      deviceScaleFactor: 2,
    },
  ] as const,
]);
/** Layout does not depend on colours: without pictures, one of each will do. */
const seen = shots ? screens : screens.filter(([name]) => name === "desk-light" || name === "phone-dark");
const widths = screens.filter(([name]) => name.endsWith("light"));

describe.skipIf(!chromium)("the pages", () => {
  let browser: Browser;
  let server: DemoServer;

  beforeAll(async () => {
    browser = await launch(chromium as string);
    server = await startDemoServer();
    if (shots) await mkdir(shots, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  async function shoot(page: Page, name: string): Promise<void> {
    await page.evaluate(() => document.fonts.ready);
    if (shots) await page.screenshot({ path: join(shots, `${name}.png`) });
  }

  async function fits(page: Page): Promise<void> {
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, "pixels wider than the screen").toBeLessThanOrEqual(0);
  }

  it.each(seen)("fit the screen: chat, %s", async (name, options) => {
    const room = `#${name}`;
    const bo = await visit(browser, `${server.url}/chat/${room}`);
    await bo.page.getByLabel("Your name").fill("Kofi Mensah-Okonkwo");
    await bo.page.getByRole("button", { name: "Rename" }).click();
    await say(bo.page, "Good morning. Is the harbour webcam down for anyone else?");
    await say(
      bo.page,
      "https://example.com/a/very/long/address/that/no/line/can/hold/without/breaking/somewhere?in=it",
    );
    const { page } = await visit(browser, `${server.url}/chat/${room}`, options);
    await page.locator("#messages .text").nth(1).waitFor();
    await say(page, "Works here. Fog, though: you can just make out the second buoy.");
    await page.locator("#messages .mine").waitFor();
    await bo.page.getByLabel("Message", { exact: true }).pressSequentially("And");
    await page.getByText("is writing").waitFor();
    await fits(page);
    await shoot(page, `chat-${name}`);
    for (let i = 0; i < 50; i++) await say(page, "Quick!");
    await page.getByText("Take a breath").waitFor();
    await fits(page);
    await shoot(page, `chat-rate-limited-${name}`);
    const side = page.getByRole("button", { name: "Rooms and people" });
    if (await side.isVisible()) {
      await side.click();
      await page.getByLabel("Name of a room").waitFor();
      await page
        .locator("#side")
        .evaluate((element) => Promise.all(element.getAnimations().map((one) => one.finished)));
      await shoot(page, `chat-side-${name}`);
      await page.keyboard.press("Escape");
    }
    await page.context().close();
    await bo.page.context().close();
  });

  it.each(seen)("fit the screen: dashboard, %s", async (name, options) => {
    const { page, faults } = await visit(browser, `${server.url}/dashboard/`, options);
    await page.waitForFunction(
      (least) =>
        Number(document.querySelector<HTMLElement>('[data-kind="network"]')?.dataset.samples) >= least,
      shots ? 6 : 2, // a picture needs a line to show
    );
    await fits(page);
    await shoot(page, `dashboard-${name}`);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it.each(seen)("fit the screen: landing, %s", async (name, options) => {
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(server.url);
    await page.getByText(/Up since/).waitFor();
    await fits(page);
    await shoot(page, `landing-${name}`);
    await page.context().close();
  });

  it.each(seen)("show that the connection is lost: %s", async (name, options) => {
    const own = await startDemoServer();
    const chat = await visit(browser, `${own.url}/chat/`, options);
    const dashboard = await visit(browser, `${own.url}/dashboard/`, options);
    await say(chat.page, "Before the line went slack");
    await chat.page.locator("#messages .mine").waitFor();
    await dashboard.page.locator('[data-kind="network"][data-samples]').waitFor();
    await own.kill();
    for (const { page } of [chat, dashboard]) {
      await slack(page);
      await page.getByRole("button", { name: "Try now" }).waitFor();
    }
    await say(chat.page, "Written while nobody hears");
    await chat.page.getByText("On its way").waitFor();
    for (const { page } of [chat, dashboard]) await fits(page);
    await shoot(chat.page, `chat-reconnecting-${name}`);
    await shoot(dashboard.page, `dashboard-reconnecting-${name}`);
    for (const { page } of [chat, dashboard]) await page.context().close();
  });

  const controls = new Set([
    "button",
    "link",
    "textbox",
    "switch",
    "log",
    "heading",
    "navigation",
    "complementary",
  ]);

  it.each(
    ["/", "/chat/", "/dashboard/"].flatMap((path) =>
      widths.map(([name, options]) => [path, name, options] as const),
    ),
  )("name everything that can be used: %s, %s", async (path, _name, options) => {
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(`${server.url}${path}`);
    await page.locator(path === "/" ? "#status:not(:empty)" : '#line[data-state="connected"]').waitFor();
    const devtools = await page.context().newCDPSession(page);
    const { nodes } = await devtools.send("Accessibility.getFullAXTree");
    const used = nodes.filter(({ ignored, role }) => !ignored && controls.has(String(role?.value)));
    const unnamed = used.filter(({ name }) => !String(name?.value ?? "").trim());
    expect(used.length).toBeGreaterThan(2);
    expect(unnamed.map(({ role }) => role?.value)).toEqual([]);
    await page.context().close();
  });

  it("can be used by keyboard alone", async () => {
    const { page } = await visit(browser, `${server.url}/chat/#keys`);
    await page.getByRole("link", { name: "tautline" }).focus();
    await page.keyboard.press("Shift+Tab");
    await page.getByRole("link", { name: "Skip to writing" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("Typed without a mouse");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("in two lines");
    await page.keyboard.press("Enter");
    await page.locator("#messages .mine .text").getByText("Typed without a mouse in two lines").waitFor();
    await page.getByRole("heading", { name: "keys", level: 1 }).waitFor();
    await page.context().close();
  });
});
