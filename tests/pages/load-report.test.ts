import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { reportPage, runLoadTest } from "@tautline/loadtest";
import { defineContract, unchecked } from "@tautline/protocol";
import { allowAll, createServer, guests } from "@tautline/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch } from "../browser/chromium.js";
import { headlessChromiumPath } from "../requirements.js";

const executablePath = headlessChromiumPath();

describe.skipIf(!executablePath)("the page of a load test", () => {
  let folder: string;
  let url: string;

  beforeAll(async () => {
    const contract = defineContract({ messages: { rename: { data: unchecked(), reply: unchecked() } } });
    await using server = createServer(contract, { authenticate: guests(), authorize: allowAll });
    server.handle("rename", ({ data }) => data);
    const { url: target } = await server.listen({ port: 0 });
    const options = { type: "rename", connections: 5, rampMs: 100, rate: 20, messages: 30 };
    const summary = await runLoadTest({ url: target, ...options, thresholds: { maxErrors: 0 } });
    folder = await mkdtemp(join(tmpdir(), "tautline-report-"));
    const file = join(folder, "load.html");
    await writeFile(file, reportPage(summary));
    url = pathToFileURL(file).href;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ["light", 1_200],
    ["dark", 1_200],
    ["light", 360],
  ] as const)(
    "draws its charts, in %s, %d pixels wide, without a complaint or a request",
    async (colorScheme, width) => {
      const browser = await launch(executablePath ?? "");
      try {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
        const complaints: string[] = [];
        page.on("pageerror", (error) => complaints.push(String(error)));
        page.on("console", (message) => complaints.push(message.text()));
        page.on("request", (request) => request.url() !== url && complaints.push(request.url()));
        await page.goto(url);
        await page.waitForSelector("#throughput-chart canvas");
        expect(await page.locator("canvas").count()).toBe(5);
        expect(await page.textContent("#verdict")).toBe("All thresholds kept");
        expect(await page.textContent("#tiles")).toContain("5 of 5");
        // A phone scrolls down, never sideways.
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
