import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { headlessChromiumPath } from "../requirements.js";
import { delivered, said, say } from "./chat-page.js";
import { connected, launch, slack, type Visitor, visit } from "./chromium.js";
import { type DemoServer, startDemoServer } from "./demo-server.js";

const chromium = headlessChromiumPath();

describe.skipIf(!chromium)("the chat page in Chromium", () => {
  let browser: Browser;
  let server: DemoServer;
  let visitors: Visitor[];

  beforeAll(async () => {
    browser = await launch(chromium as string);
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    visitors = [];
    server = await startDemoServer();
  });
  afterEach(async () => {
    for (const { page } of visitors) await page.context().close();
    await server[Symbol.asyncDispose]();
    expect(visitors.flatMap(({ faults }) => faults)).toEqual([]);
  });

  async function enter(name?: string): Promise<Page> {
    const visitor = await visit(browser, `${server.url}/chat/`);
    visitors.push(visitor);
    if (name) await rename(visitor.page, name);
    return visitor.page;
  }

  async function rename(page: Page, name: string): Promise<void> {
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Rename" }).click();
    await page.locator("#people").getByText(`${name} (you)`).waitFor();
  }

  it("brings what is written in one tab to the other, and shows its writer that it arrived", async () => {
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await say(ada, "Hello from the other tab");
    await delivered(bo, "Hello from the other tab");
    await bo.locator("#messages .said:not(.mine) .name").getByText("Ada").waitFor();
    await delivered(ada, "Hello from the other tab");
    expect(await ada.locator("#messages .mine").count()).toBe(1);
    expect(await ada.locator("#outgoing li").count()).toBe(0);
    await say(bo, "And back");
    await delivered(ada, "And back");
  });

  it("shows a newcomer what was said before", async () => {
    const ada = await enter("Ada");
    for (const text of ["first", "second", "third"]) await say(ada, text);
    await delivered(ada, "third");
    const bo = await enter();
    await delivered(bo, "third");
    expect(await said(bo)).toEqual(["first", "second", "third"]);
  });

  it("shows who is there, who comes, who writes and who leaves", async () => {
    const ada = await enter("Ada");
    const bo = await enter("Bo");
    await ada.locator("#people").getByText("Bo", { exact: true }).waitFor();
    await ada
      .locator("#messages .notice")
      .getByText(/ joined$/)
      .waitFor();
    await bo.getByLabel("Message", { exact: true }).pressSequentially("Well");
    await ada.getByText("Bo is writing").waitFor();
    await say(bo, "Well, well");
    await ada.locator("#typing").getByText("Bo is writing").waitFor({ state: "detached" });
    await bo.context().close();
    visitors.pop();
    await ada.locator("#messages .notice").getByText("Bo left").waitFor();
    expect(await ada.locator("#people li").count()).toBe(1);
  });

  it("keeps a room joined while another one is looked at, and counts what is unread", async () => {
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await ada.getByLabel("Name of a room").fill("night watch");
    await ada.getByRole("button", { name: "Open" }).click();
    await ada.getByRole("heading", { name: "night watch", level: 1 }).waitFor();
    await bo.getByRole("link", { name: /night watch/ }).waitFor();
    await say(bo, "Anyone in the lobby?");
    const lobby = ada.getByRole("link", { name: /lobby/ });
    await lobby.getByText("1", { exact: true }).first().waitFor();
    await lobby.click();
    await delivered(ada, "Anyone in the lobby?");
    await ada.getByRole("link", { name: /night watch/ }).click();
    await ada.getByRole("button", { name: "Leave room" }).click();
    await ada.getByRole("heading", { name: "lobby", level: 1 }).waitFor();
    await bo.getByRole("link", { name: /night watch/ }).waitFor({ state: "detached" });
  });

  it("never reads what others write as HTML", async () => {
    const [ada, bo] = [await enter("Ada"), await enter("<i>Bo</i>")];
    const text = '<img src="x" onerror="document.title = 1">';
    await say(bo, text);
    await delivered(ada, text);
    await ada.locator(".name").getByText("<i>Bo</i>").waitFor();
    expect(await ada.locator("#messages img").count()).toBe(0);
  });

  it("counts towards 500 characters, and sends no more than that", async () => {
    const ada = await enter("Ada");
    const message = ada.getByLabel("Message", { exact: true });
    await message.fill("x".repeat(480));
    await ada.getByText("20 left").waitFor();
    await message.fill("x".repeat(503));
    await ada.getByText("3 too many").waitFor();
    expect(await ada.getByRole("button", { name: "Send", exact: true }).isDisabled()).toBe(true);
    await message.fill("👍".repeat(500));
    await ada.keyboard.press("Enter");
    await delivered(ada, "👍".repeat(500));
  });

  it("says kindly that one writes too fast, and keeps what was not sent", async () => {
    const ada = await enter("Ada");
    for (let i = 1; i <= 51; i++) await say(ada, `${i}`);
    await ada.getByText("Take a breath").waitFor();
    await ada.getByText(/You can send again in \d+ s/).waitFor();
    await delivered(ada, "50");
    const failed = ada.locator('#outgoing [data-state="failed"]');
    expect(await failed.locator(".text").allTextContents()).toEqual(["51"]);
    await failed.getByRole("button", { name: "Discard" }).click();
    await failed.waitFor({ state: "detached" });
  });

  it("goes on by itself in both tabs when the server was killed and started again", async () => {
    const [ada, bo] = [await enter("Ada"), await enter("Bo")];
    await say(ada, "before");
    await delivered(bo, "before");
    await server.kill();
    await Promise.all([slack(ada), slack(bo)]);
    await ada.getByText("The line went slack.").waitFor();
    await ada.getByText(/Next try in \d+ s|Trying now/).waitFor();
    await say(ada, "while you were away");
    await ada.locator('#outgoing [data-state="pending"]').getByText("while you were away").waitFor();
    await server.start();
    await Promise.all([connected(ada), connected(bo)]);
    for (const page of [ada, bo]) await delivered(page, "while you were away");
    expect(await ada.locator("#outgoing li").count()).toBe(0);
    await say(bo, "after");
    await delivered(ada, "after");
    for (const page of [ada, bo]) {
      const texts = await said(page);
      expect(texts).toEqual(["before", "while you were away", "after"]);
    }
    await ada.locator("#people").getByText("Bo", { exact: true }).waitFor();
  });

  it("comes back at once when asked to, instead of waiting for the next try", async () => {
    const ada = await enter("Ada");
    await server.kill();
    await ada.locator('#line[data-state="waiting"]').waitFor();
    await server.start();
    // The attempt may already be under way by itself.
    await ada
      .getByRole("button", { name: "Try now" })
      .click({ timeout: 2_000 })
      .catch(() => {});
    await connected(ada);
  });
});
