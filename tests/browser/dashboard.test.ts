import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { headlessChromiumPath } from "../requirements.js";
import { connected, launch, slack, type Visitor, visit } from "./chromium.js";
import { type DemoServer, startDemoServer } from "./demo-server.js";

const chromium = headlessChromiumPath();

describe.skipIf(!chromium)("the dashboard page in Chromium", () => {
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

  async function enter(): Promise<Page> {
    const visitor = await visit(browser, `${server.url}/dashboard/`);
    visitors.push(visitor);
    return visitor.page;
  }

  const panel = (page: Page, kind: string) => page.locator(`[data-kind="${kind}"]`);
  const drawn = (page: Page, kind: string, times: number) =>
    page.waitForFunction(
      ([kind, times]) =>
        Number(document.querySelector<HTMLElement>(`[data-kind="${kind}"]`)?.dataset.samples) >= times,
      [kind, times] as const,
    );
  const samples = async (kinds: string[]) =>
    vi.waitFor(async () => expect(await server.sampling()).toEqual(kinds), { timeout: 20_000 });

  /** How many pixels of a chart are coloured like its first series. */
  const pixels = (page: Page, kind: string) =>
    panel(page, kind)
      .locator("canvas")
      .evaluate((canvas: HTMLCanvasElement) => {
        const context = canvas.getContext("2d") as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        let teal = 0;
        for (let i = 0; i < data.length; i += 4) {
          const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(i, i + 4);
          if (alpha > 0 && blue - red > 30 && green - red > 30) teal++;
        }
        return teal;
      });

  it("draws figures of this machine, and new ones as they come", async () => {
    const page = await enter();
    for (const kind of ["cpu", "memory", "network"]) await drawn(page, kind, 3);
    expect(await pixels(page, "memory")).toBeGreaterThan(20);
    expect(Number(await panel(page, "memory").locator(".value").textContent())).toBeGreaterThan(0);
    await panel(page, "memory")
      .getByText(/Sampling since .*1 watching/)
      .waitFor();
    const first = await panel(page, "cpu").locator(".chart").getAttribute("aria-label");
    expect(first).toMatch(/^Processor, the last two minutes\. Now [\d.]+% busy\.$/);
    const text = (): string | null | undefined => document.getElementById("panels")?.textContent;
    await page.waitForFunction(
      (before) => document.getElementById("panels")?.textContent !== before,
      await page.evaluate(text),
    );
  });

  it("shows a second viewer at once what was measured before it came", async () => {
    const first = await enter();
    await drawn(first, "memory", 4);
    const second = await enter();
    await drawn(second, "memory", 1);
    expect(await panel(second, "memory").locator(".value").textContent()).not.toBe("–");
    const since = (page: Page) =>
      panel(page, "memory")
        .getByText(/Sampling since .* 2 watching/)
        .textContent();
    expect(await since(second)).toBe(await since(first));
  });

  it("measures only what someone watches, from the first viewer to the last", async () => {
    await samples([]);
    const first = await enter();
    await samples(["cpu", "memory", "network"]);
    await first.getByLabel("Watch disk").check();
    await first.getByLabel("Watch network").uncheck();
    await samples(["cpu", "disk", "memory"]);
    const second = await enter();
    await samples(["cpu", "disk", "memory", "network"]);
    await first.context().close();
    visitors.shift();
    await samples(["cpu", "memory", "network"]);
    await second.context().close();
    visitors.shift();
    await samples([]);
  });

  it("remembers what was chosen", async () => {
    const page = await enter();
    await page.getByLabel("Watch processor").uncheck();
    await page.getByLabel("Watch disk").check();
    await page.reload();
    await connected(page);
    expect(await page.getByLabel("Watch processor").isChecked()).toBe(false);
    await drawn(page, "disk", 1);
    await panel(page, "cpu").getByText("Nobody measures this for you").waitFor();
  });

  it("goes on after the server was killed and started again", async () => {
    const page = await enter();
    await drawn(page, "memory", 1);
    await server.kill();
    await slack(page);
    await page.getByText("The line went slack.").waitFor();
    const before = Number(await panel(page, "memory").getAttribute("data-samples"));
    await server.start();
    await connected(page);
    await drawn(page, "memory", before + 2);
  });

  it("changes its colours with the theme, the charts' too", async () => {
    const page = await enter();
    await drawn(page, "memory", 2);
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: "Dark theme" }).click();
    await page.getByRole("button", { name: "Light theme" }).waitFor();
    expect(await ground()).not.toBe(light);
    expect(await pixels(page, "memory")).toBeGreaterThan(20);
  });
});
