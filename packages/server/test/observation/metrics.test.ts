import { seededRandom } from "@tautline/testing";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { channels } from "../../src/diagnostics/channels.js";
import { collectMetrics } from "../../src/metrics/index.js";
import { limited } from "../limits/set-up.js";

async function scraped(registry: Registry): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

describe("collectMetrics", () => {
  it("gives how things stand and what has happened, at the moment of the scrape", async () => {
    const { clock, server, plain } = limited({ limits: { connections: 2 } });
    const registry = new Registry();
    const end = collectMetrics(server, { registry });
    const peer = plain();
    plain();
    await clock.settle();
    plain();
    await clock.settle();
    peer.send({ type: "$join", id: 1, data: { room: "chat/a" } });
    await clock.settle();
    const before = await scraped(registry);
    for (const [name, value] of [
      ["tautline_connections", 2],
      ["tautline_rooms", 1],
      ["tautline_memberships", 1],
      ["tautline_connections_accepted_total", 2],
      ["tautline_connections_refused_total", 1],
      ['tautline_limits_reached_total{limit="limits.connections"}', 1],
      ['tautline_limits_reached_total{limit="limits.rooms"}', 0],
      ['tautline_gaps_total{reason="trimmed"}', 0],
    ] as const)
      expect([name, before.get(name)]).toEqual([name, value]);
    peer.end();
    const after = await scraped(registry);
    expect([after.get("tautline_connections"), after.get("tautline_connections_accepted_total")]).toEqual([
      1, 2,
    ]);
    end();
  });

  it("measures how long each kind of message takes, of its own server alone", async () => {
    const [one, other] = [limited(), limited({ random: seededRandom(8) })];
    const registry = new Registry();
    const end = collectMetrics(one.server, { registry, prefix: "app_" });
    for (const { clock, server, plain } of [one, other]) {
      server.handle("chat/:id", "say", () => undefined);
      server.handle("feedback", () => {
        throw new Error("fails");
      });
      const peer = plain();
      await clock.settle();
      peer.send({ type: "$join", id: 1, data: { room: "chat/a" } });
      peer.send({ type: "say", room: "chat/a", id: 2, data: { text: "hi" } });
      peer.send({ type: "feedback", id: 3, data: { stars: 1 } });
      await clock.settle();
    }
    const counts = [...(await scraped(registry))].filter(([name]) =>
      name.includes("_duration_seconds_count"),
    );
    expect(counts).toEqual([
      ['app_message_duration_seconds_count{message="chat/:id say",outcome="ok"}', 1],
      ['app_message_duration_seconds_count{message="feedback",outcome="HANDLER_FAILED"}', 1],
    ]);
    end();
  });

  it("leaves nothing behind at its end, and costs nothing without", async () => {
    const { server } = limited();
    expect(channels["tautline:message"].hasSubscribers).toBe(false);
    const registry = new Registry();
    const end = collectMetrics(server, { registry });
    expect(channels["tautline:message"].hasSubscribers).toBe(true);
    end();
    expect(channels["tautline:message"].hasSubscribers).toBe(false);
    expect(await registry.metrics()).toBe("\n");
    // And it can begin again.
    collectMetrics(server, { registry })();
  });
});
