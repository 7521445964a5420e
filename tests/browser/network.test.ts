import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromiumPath, headlessChromiumPath } from "../requirements.js";
import { delivered, said, say } from "./chat-page.js";
import { connected, launch, slack, type Visitor, visit } from "./chromium.js";
import { type DemoServer, startDemoServer } from "./demo-server.js";
import { type Network, startNetwork } from "./network.js";

const chromium = chromiumPath();

describe.skipIf(!chromium)("a page whose network comes and goes", () => {
  let browser: Browser;
  /** Whose network has no moods, a smaller browser will do. */
  let beside: Browser;
  let server: DemoServer;
  let network: Network;
  let ada: Visitor;
  let bo: Visitor;

  beforeAll(async () => {
    browser = await launch(chromium as string);
    beside = await launch(headlessChromiumPath() as string);
  });
  afterAll(async () => {
    await browser?.close();
    await beside?.close();
  });
  beforeEach(async () => {
    server = await startDemoServer();
    network = await startNetwork(server.url);
    // Ada's network has moods. Bo sits beside the server.
    ada = await visit(browser, `${network.url}/chat/`);
    bo = await visit(beside, `${server.url}/chat/`);
  });
  afterEach(async () => {
    for (const { page } of [ada, bo]) await page.context().close();
    await network[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    expect([...ada.faults, ...bo.faults]).toEqual([]);
  });

  it("comes back when the device is online again, with all that was said meanwhile, once and in order", async () => {
    await say(ada.page, "one");
    await delivered(bo.page, "one");
    await ada.page.context().setOffline(true);
    network.cut();
    await slack(ada.page);
    await ada.page.getByText("This device is offline.").waitFor();
    for (const text of ["two", "three", "four"]) await say(bo.page, text);
    await say(ada.page, "five");
    await delivered(bo.page, "four");
    await ada.page.context().setOffline(false);
    await connected(ada.page);
    for (const { page } of [ada, bo]) await delivered(page, "five");
    for (const { page } of [ada, bo])
      expect(await said(page)).toEqual(["one", "two", "three", "four", "five"]);
    expect(await ada.page.getByText(/missing|anew/).count()).toBe(0);
  });

  it("is not noticed by the others when a connection is lost for a moment", async () => {
    await ada.page.locator("#people li").nth(1).waitFor();
    await bo.page.locator("#people li").nth(1).waitFor();
    const notices = await bo.page.locator("#messages .notice").count();
    network.cut();
    await slack(ada.page);
    await connected(ada.page);
    await say(ada.page, "still here");
    await delivered(bo.page, "still here");
    await bo.page.locator("#people li").nth(1).waitFor();
    expect(await bo.page.locator("#messages .notice").count()).toBe(notices);
  });

  it("finds out that a connection is dead when the device changes its network", async () => {
    await say(ada.page, "before");
    await delivered(bo.page, "before");
    await ada.page.context().setOffline(true);
    network.swallow();
    await say(bo.page, "unheard");
    await ada.page.context().setOffline(false);
    await delivered(ada.page, "unheard");
    await say(ada.page, "after");
    await delivered(bo.page, "after");
    expect(await said(ada.page)).toEqual(["before", "unheard", "after"]);
  });

  it("goes on where it was after the page was frozen in the background (F-09)", async () => {
    const devtools = await ada.page.context().newCDPSession(ada.page);
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    network.cut();
    await say(bo.page, "said to a frozen page");
    await delivered(bo.page, "said to a frozen page");
    await devtools.send("Page.setWebLifecycleState", { state: "active" });
    await delivered(ada.page, "said to a frozen page");
    await connected(ada.page);
  });
});
