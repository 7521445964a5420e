import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@tautline/client";
import * as esbuild from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { chromiumArguments, headlessChromiumPath } from "../../../tests/requirements.js";
import { type App, createApp } from "../src/app.js";
import { contract } from "../src/contract.js";

const browserPath = headlessChromiumPath();
const folder = fileURLToPath(new URL("..", import.meta.url));

let built: string;
let app: App;
let origin: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "tautline-express-"));
  await esbuild.build({
    entryPoints: [join(folder, "page/chat.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["@tautline/source"],
    outdir: built,
    logLevel: "error",
  });
  app = createApp(join(folder, "page"), built);
  app.http.listen(0);
  await once(app.http, "listening");
  origin = `http://localhost:${(app.http.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await app.live.close();
  app.http.close();
  app.http.closeAllConnections();
  await rm(built, { recursive: true, force: true });
});

async function logIn(name: string): Promise<string> {
  const response = await fetch(`${origin}/login`, {
    method: "POST",
    body: new URLSearchParams({ name }),
    redirect: "manual",
  });
  return response.headers.get("set-cookie") ?? "";
}

/** The client in Node, which has no cookies of its own. */
function clientWith(cookie: string) {
  class WithCookie extends WebSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols, { headers: { cookie: cookie.split(";", 1)[0] } });
    }
  }
  return createClient(contract, {
    url: `${origin.replace("http", "ws")}/live`,
    WebSocket: WithCookie as never,
  });
}

describe("the Express example", () => {
  it("serves ordinary routes beside the WebSocket", async () => {
    expect(await (await fetch(origin)).text()).toContain("The lobby");
    expect(await (await fetch(`${origin}/me`)).json()).toBeNull();
  });

  it("gives a session cookie that scripts cannot read and other sites cannot use", async () => {
    const cookie = await logIn("Ada");
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
  });

  it("refuses names that are none", async () => {
    expect(await logIn("<script>")).toBe("");
  });

  it("refuses a connection without a session", async () => {
    await using client = clientWith("");
    await expect(client.connect()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("knows by the cookie who speaks", async () => {
    const cookie = await logIn("Grace");
    await using client = clientWith(cookie);
    const lobby = client.room("lobby");
    const heard = new Promise((resolve) => lobby.on("message", ({ data }) => resolve(data)));
    await lobby.join({ presence: {} });
    await lobby.send("say", { text: "hello" });
    expect(await heard).toEqual({ name: "Grace", text: "hello" });
  });

  it("ends the connections of a session that ends", async () => {
    const cookie = await logIn("Edsger");
    await using client = clientWith(cookie);
    await client.connect();
    const closed = new Promise((resolve) =>
      client.on("state", (state) => state.kind === "closed" && resolve(state.error?.message)),
    );
    await fetch(`${origin}/logout`, { method: "POST", headers: { cookie }, redirect: "manual" });
    expect(await closed).toContain("Logged out");
  });
});

describe.skipIf(!browserPath)("the page of the Express example", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath ?? "", args: [...chromiumArguments] });
  });

  afterAll(() => browser?.close());

  async function comeIn(name: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(origin);
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Come in" }).click();
    await page.getByText("Connected", { exact: true }).waitFor();
    return page;
  }

  it("lets two people log in and talk, and one of them leave", async () => {
    const [ada, bob] = await Promise.all([comeIn("Ada"), comeIn("Bob")]);
    await ada.getByText("Here: Ada, Bob").waitFor();
    await ada.getByLabel("Message").fill("hello Bob");
    await ada.getByRole("button", { name: "Say" }).click();
    await bob.getByText("hello Bob").waitFor();
    await bob.getByRole("button", { name: "Leave" }).click();
    await bob.getByLabel("Your name").waitFor();
    await ada.getByText("Here: Ada", { exact: true }).waitFor();
  });
});
