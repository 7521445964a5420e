import { createClient } from "@tautline/client";
import { createServer, guests } from "@tautline/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  authorizeDashboard,
  createDashboard,
  type Dashboard,
  dashboard,
  dashboardRooms,
  type Kind,
  kinds,
  type Sample,
} from "../src/index.js";

const eventually = (fact: () => void) => vi.waitFor(fact, { timeout: 10_000 });

describe("the dashboard", () => {
  let url: string;
  let sampler: Dashboard;
  let open: { close(): Promise<void> }[];

  beforeEach(async () => {
    const server = createServer(dashboard, {
      authenticate: guests(),
      authorize: authorizeDashboard,
      rooms: dashboardRooms,
    });
    open = [server];
    sampler = createDashboard(server, { intervalMs: 100 });
    url = (await server.listen({ port: 0 })).url;
  });
  afterEach(async () => {
    for (const one of open.reverse()) await one.close();
  });

  /** Someone who watches one kind of figures. */
  async function watch(kind: Kind) {
    const client = createClient(dashboard, { url });
    open.push(client);
    const room = client.room("metrics/:kind", { kind });
    const samples: Sample[] = [];
    room.on("sample", ({ data }) => samples.push(data));
    const membership = await room.join();
    return { samples, membership, client };
  }

  const sampled = () => sampler.sampling().map(({ kind }) => kind);

  it.each(kinds)("streams real figures of the %s", async (kind) => {
    const { samples } = await watch(kind);
    await eventually(() => expect(samples.length).toBeGreaterThan(1));
    const sample = samples[0] as Sample;
    expect(sample).toMatchObject({ kind, viewers: 1 });
    expect(Math.abs(sample.at - Date.now())).toBeLessThan(60_000);
    if (sample.kind === "memory") expect(sample.used).toBeGreaterThan(0);
    if (sample.kind === "cpu") expect(sample.cores.length).toBeGreaterThan(0);
  });

  it("gives a newcomer what was measured so far, at once", async () => {
    const first = await watch("memory");
    await eventually(() => expect(first.samples.length).toBeGreaterThan(3));
    const second = await watch("memory");
    await eventually(() => expect(second.samples[0]).toEqual(first.samples[0]));
    await eventually(() => expect(second.samples.at(-1)?.viewers).toBe(2));
  });

  it("samples from the first viewer of a kind to the last", async () => {
    expect(sampled()).toEqual([]);
    const first = await watch("memory");
    const second = await watch("memory");
    await watch("network");
    await eventually(() => expect(sampled()).toEqual(["memory", "network"]));
    first.membership.leave();
    await eventually(() => expect(second.samples.at(-1)?.viewers).toBe(1));
    expect(sampled()).toEqual(["memory", "network"]);
    await second.client.close();
    await eventually(() => expect(sampled()).toEqual(["network"]));
  });

  it("lets nobody watch what is not measured", async () => {
    const { client } = await watch("cpu");
    const join = client.room("metrics/:kind", { kind: "gpu" }).join();
    await expect(join).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
