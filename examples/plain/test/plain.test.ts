import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { chromiumArguments, headlessChromiumPath } from "../../../tests/requirements.js";

const browserPath = headlessChromiumPath();

describe("the plain example", () => {
  let http: Server;
  let port: number;

  beforeAll(async () => {
    process.env.PORT = "0";
    const path: string = "../server.js";
    ({ http } = (await import(path)) as { http: Server });
    if (!http.listening) await once(http, "listening");
    port = (http.address() as AddressInfo).port;
  });

  afterAll(() => {
    http.closeAllConnections();
    http.close();
  });

  async function open(): Promise<WebSocket> {
    const socket = new WebSocket(`ws://localhost:${port}/live`);
    await once(socket, "open");
    return socket;
  }

  async function next(socket: WebSocket): Promise<unknown> {
    const [message] = (await once(socket, "message")) as [Buffer];
    return JSON.parse(message.toString());
  }

  it("echoes to the sender and broadcasts to the others", async () => {
    const [ada, bob] = await Promise.all([open(), open()]);
    const heard = next(bob);
    ada.send('{"type":"chat","data":{"text":"hello"}}');
    ada.send('{"type":"echo","data":"me"}');
    expect(await next(ada)).toMatchObject({ type: "echo", data: "me" });
    expect(await heard).toMatchObject({ type: "chat_message", data: { text: "hello" } });
    ada.close();
    bob.close();
  });

  it("answers ping with pong", async () => {
    const socket = await open();
    socket.send('{"type":"ping"}');
    expect(await next(socket)).toMatchObject({ type: "pong" });
    socket.close();
  });

  it.skipIf(!browserPath)("lets two pages talk", async () => {
    const browser = await chromium.launch({
      executablePath: browserPath ?? "",
      args: [...chromiumArguments],
    });
    try {
      const [ada, bob] = await Promise.all([browser.newPage(), browser.newPage()]);
      for (const page of [ada, bob]) {
        await page.goto(`http://localhost:${port}/`);
        await page.getByText("Connected.").waitFor();
      }
      await ada.getByLabel("Message").fill("hello from Ada");
      await ada.getByRole("button", { name: "Say" }).click();
      await bob.getByText("hello from Ada").waitFor();
      expect(await ada.getByText("hello from Ada").count()).toBe(1);
    } finally {
      await browser.close();
    }
  });
});
