import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createClient } from "@tautline/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, contract, createApp } from "../src/app.js";

let app: App;
let url: string;
let metricsUrl: string;

beforeAll(async () => {
  app = createApp();
  ({ url } = await app.live.listen({ host: "127.0.0.1" }));
  app.figures.listen(0, "127.0.0.1");
  await once(app.figures, "listening");
  metricsUrl = `http://127.0.0.1:${(app.figures.address() as AddressInfo).port}/metrics`;
});

afterAll(async () => {
  await app.live.close();
  app.figures.close();
  app.figures.closeAllConnections();
});

const scrape = async (): Promise<string> => (await fetch(metricsUrl)).text();

describe("the metrics example", () => {
  it("gives out what happened, as Prometheus reads it", async () => {
    await using client = createClient(contract, { url });
    expect(await client.request("echo", "hello")).toBe("hello");
    const text = await scrape();
    expect(text).toContain("# TYPE tautline_connections gauge\ntautline_connections 1\n");
    expect(text).toContain("tautline_connections_accepted_total 1\n");
    expect(text).toContain('tautline_message_duration_seconds_count{message="echo",outcome="ok"} 1\n');
    expect(text).toContain('tautline_limits_reached_total{limit="limits.connectionsPerAddress"} 0\n');
    expect(text).toContain("process_resident_memory_bytes");
  });

  it("gives out all that its panels ask for", async () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const asked = new Set([...readme.matchAll(/\btautline_[a-z_]+/g)].map(([name]) => name));
    const text = await scrape();
    expect(asked.size).toBeGreaterThan(8);
    for (const name of asked) expect(text).toMatch(new RegExp(`^${name}[{ ]`, "m"));
  });

  it("tells nothing but figures", async () => {
    expect((await fetch(metricsUrl.replace("/metrics", "/"))).status).toBe(404);
    expect((await fetch(metricsUrl, { method: "POST" })).status).toBe(404);
  });
});
