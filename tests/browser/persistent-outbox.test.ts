import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { chromiumArguments, chromiumPath, headlessChromiumPath } from "../requirements.js";
import { launch } from "./chromium.js";
import type { NotesPage } from "./outbox-page.js";
import { type OutboxServer, startOutboxServer } from "./outbox-server.js";

const path = chromiumPath();
declare const page: NotesPage;

const send = (tab: Page, ...texts: string[]): Promise<void> =>
  tab.evaluate((all) => {
    for (const text of all) page.send(text);
  }, texts);
const pending = (tab: Page): Promise<unknown[]> => tab.evaluate(() => page.pending());
const errors = (tab: Page): Promise<string[]> => tab.evaluate(() => page.errors);

/** What is in the page's storage: what a crash would leave. */
const kept = (tab: Page): Promise<number> =>
  tab.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open("notes", 1);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const counting = opening.result.transaction("messages").objectStore("messages").count();
          counting.onsuccess = () => {
            opening.result.close();
            resolve(counting.result);
          };
        };
      }),
  );

const eventually = (check: () => Promise<void> | void): Promise<void> =>
  vi.waitFor(check, { timeout: 20_000, interval: 50 });

describe.skipIf(!path)("messages sent before a page is gone, in Chromium", () => {
  let browser: Browser;
  let context: BrowserContext;
  let server: OutboxServer;

  beforeAll(async () => {
    browser = await launch(headlessChromiumPath() as string);
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    await server[Symbol.asyncDispose]();
  });

  async function open(): Promise<Page> {
    const tab = await context.newPage();
    await tab.goto(server.url);
    return tab;
  }

  it("arrive once, in order, when they were sent offline and the page was reloaded", async () => {
    server = await startOutboxServer();
    const tab = await open();
    await send(tab, "a", "b", "c");
    await tab.evaluate(() => page.sendToBook("d"));
    await eventually(async () => expect(await kept(tab)).toBe(4));
    await tab.reload();
    await eventually(async () => expect(await pending(tab)).toEqual(["a", "b", "c", "d"]));
    await server.up();
    await eventually(async () => expect(await pending(tab)).toEqual([]));
    expect(server.handled.filter((text) => !text.startsWith("book"))).toEqual(["a", "b", "c"]);
    expect(server.handled.filter((text) => text.startsWith("book"))).toEqual(["book: d"]);
    await eventually(async () => expect(await kept(tab)).toBe(0));
    expect(await errors(tab)).toEqual([]);
  });

  it("are not handled again when they were being handled as the page was reloaded", async () => {
    server = await startOutboxServer(true);
    await server.up();
    const tab = await open();
    await send(tab, "a", "b");
    await eventually(() => expect(server.handled).toEqual(["a", "b"]));
    await tab.reload();
    await eventually(async () => expect(await pending(tab)).toEqual(["a", "b"]));
    await send(tab, "c");
    await eventually(() => expect(server.handled).toContain("c"));
    server.release();
    await eventually(async () => expect(await pending(tab)).toEqual([]));
    expect(server.handled).toEqual(["a", "b", "c"]);
    expect(await errors(tab)).toEqual([]);
  });

  it("arrive once where two pages are open and one of them is killed (F-10)", async () => {
    server = await startOutboxServer();
    const [first, second] = [await open(), await open()];
    await send(first, "a", "b");
    await send(second, "c");
    await eventually(async () => expect(await kept(second)).toBe(3));
    await first.close({ runBeforeUnload: false });
    await server.up();
    await eventually(() => expect([...server.handled].sort()).toEqual(["a", "b", "c"]));
    await eventually(async () => expect(await kept(second)).toBe(0));
    const third = await open();
    await eventually(async () => expect(await third.evaluate(() => page.isConnected)).toBe(true));
    expect([...server.handled].sort()).toEqual(["a", "b", "c"]);
  });
});

describe.skipIf(!path)("messages sent before the browser is killed", () => {
  let folder: string;
  let server: OutboxServer;
  let process: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tautline-browser-"));
    server = await startOutboxServer();
  });
  afterEach(async () => {
    await kill();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  async function kill(): Promise<void> {
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const gone = once(process, "exit");
    process.kill("SIGKILL");
    await gone;
  }

  async function start(): Promise<Page> {
    const own = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${folder}`, "about:blank"];
    process = spawn(path as string, [...chromiumArguments, ...own], { stdio: ["ignore", "ignore", "pipe"] });
    const address = await new Promise<string>((resolve) => {
      process?.stderr?.on("data", (text) => {
        const found = /DevTools listening on (ws:\S+)/.exec(String(text));
        if (found?.[1]) resolve(found[1]);
      });
    });
    const browser = await chromium.connectOverCDP(address);
    const tab = await (browser.contexts()[0] as BrowserContext).newPage();
    await tab.goto(server.url);
    return tab;
  }

  it("arrive once when it is started again", async () => {
    const before = await start();
    await send(before, "a", "b");
    await eventually(async () => expect(await kept(before)).toBe(2));
    await kill();
    await server.up();
    const after = await start();
    await eventually(() => expect(server.handled).toEqual(["a", "b"]));
    await eventually(async () => expect(await kept(after)).toBe(0));
    expect(await errors(after)).toEqual([]);
  });
});
