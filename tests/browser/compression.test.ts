import { defineContract, unchecked } from "@tautline/protocol";
import { allowAll, createServer, guests } from "@tautline/server";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { headlessChromiumPath } from "../requirements.js";
import { launch } from "./chromium.js";

const path = headlessChromiumPath();
const contract = defineContract({
  messages: { repeat: { data: unchecked<{ text: string }>(), reply: unchecked<{ text: string }>() } },
});

describe.skipIf(!path)("Chromium's own WebSocket", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(path as string);
  });
  afterAll(async () => {
    await browser?.close();
  });

  it.each([
    ["compresses with a server that does", {}, "permessage-deflate"],
    ["talks plainly with a server that does not", false, ""],
  ] as const)("%s", async (_what, compression, negotiated) => {
    await using server = createServer(contract, {
      authenticate: guests(),
      authorize: allowAll,
      origins: "any",
      compression,
    });
    server.handle("repeat", ({ data }) => data);
    const { url } = await server.listen();
    const page = await browser.newPage();
    const told = await page.evaluate(
      (address) =>
        new Promise<{ extensions: string; texts: string[] }>((resolve, reject) => {
          const socket = new WebSocket(address);
          const texts: string[] = [];
          socket.onopen = () => {
            for (const length of [1, 100, 5_000, 20_000])
              socket.send(
                JSON.stringify({ type: "repeat", id: length, data: { text: "again ".repeat(length / 2) } }),
              );
          };
          socket.onmessage = ({ data }) => {
            texts.push((JSON.parse(data) as { data: { text: string } }).data.text);
            if (texts.length === 4) resolve({ extensions: socket.extensions, texts });
          };
          socket.onclose = ({ code, reason }) => reject(new Error(`closed with ${code} ${reason}`));
        }),
      url,
    );
    expect(told.texts).toEqual([1, 100, 5_000, 20_000].map((length) => "again ".repeat(length / 2)));
    expect(told.extensions.startsWith(negotiated) && (negotiated !== "" || told.extensions === "")).toBe(
      true,
    );
    await page.close();
  });
});
