import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { allowAll, createServer, guests } from "@tautline/server";
import { build } from "esbuild";
import { freePort } from "../free-port.js";
import { notes } from "./outbox-page.js";

/** Serves the page, and speaks to it as long as it is up. */
export interface OutboxServer extends AsyncDisposable {
  readonly url: string;
  /** What was handled, in order. */
  readonly handled: string[];
  /** Lets messages through: until then handlers do not settle. */
  release(): void;
  /** Begins to take connections. */
  up(): Promise<void>;
}

async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: 'import { startPage } from "./outbox-page.ts"; startPage(window);',
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    platform: "browser",
    format: "iife",
    conditions: ["@tautline/source"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/** @param isPatient - whether handlers wait for `release` */
export async function startOutboxServer(isPatient = false): Promise<OutboxServer> {
  const script = await pageScript();
  const handled: string[] = [];
  let release = (): void => {};
  const released = isPatient ? new Promise<void>((resolve) => (release = resolve)) : undefined;
  const live = createServer(notes, { authenticate: guests(), authorize: allowAll, rateLimit: false });
  live.handle("note", async ({ data }) => {
    handled.push(data);
    await released;
  });
  live.handle("book/:id", "note", ({ data }) => void handled.push(`book: ${data}`));
  const port = await freePort("localhost");
  const pages = createHttpServer((request, response) => {
    const isScript = request.url?.startsWith("/page.js");
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : '<!doctype html><script src="/page.js"></script>');
  }).listen(0, "localhost");
  await once(pages, "listening");
  return {
    url: `http://localhost:${(pages.address() as AddressInfo).port}/?live=ws://localhost:${port}/`,
    handled,
    release: () => release(),
    up: async () => void (await live.listen({ port, host: "localhost" })),
    async [Symbol.asyncDispose]() {
      release();
      pages.closeAllConnections();
      pages.close();
      await live.close();
    },
  };
}
