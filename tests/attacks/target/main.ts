// The process that is attacked: a server of its own, and somebody at the other end of its channel who gives orders.
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Application } from "./application.js";
import { Observations } from "./observations.js";
import type { Answered, Asked, Mount, OrderName, Orders, TargetOptions } from "./orders.js";

type Given<N extends OrderName> = Parameters<Orders[N]>[0];
type Done<N extends OrderName> = ReturnType<Orders[N]>;
type Desk = { readonly [N in OrderName]: (given: Given<N>) => Done<N> | Promise<Done<N>> };

// Whoever writes to it fails.
Object.freeze(Object.prototype);

const observations = new Observations();
observations.watchChannels();

/** What would have ended any other process. It is reported, and fails whatever scene it is found in. */
const uncaught: string[] = [];
process.on("uncaughtException", (error) => uncaught.push(String(error?.stack ?? error)));
process.on("unhandledRejection", (reason) => uncaught.push(String(reason)));

let current: Application | undefined;
let closing: (() => Promise<unknown>)[] = [];

function application(): Application {
  if (!current) throw new Error("expected a server");
  return current;
}

function made(options: TargetOptions): Application {
  const application = new Application(options, observations);
  closing.push(() => application.server.close());
  return application;
}

const desk: Desk = {
  async serve(options) {
    uncaught.length = 0;
    observations.reset();
    current = made(options);
    const { port } = await current.server.listen({ host: "127.0.0.1" });
    return { port };
  },

  async mount(mounts: readonly Mount[]) {
    uncaught.length = 0;
    observations.reset();
    const http = createHttpServer();
    const applications = mounts.map(({ path, options }) => {
      const application = made(options);
      application.server.attach(http, { path });
      return application;
    });
    current = applications[0];
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    closing.push(async () => http.close());
    return { port: (http.address() as AddressInfo).port };
  },

  report() {
    const { server, handled } = application();
    const stats = server.stats();
    const { limits, ...totals } = stats.totals;
    const named = Object.entries(totals).map(([name, count]) => [`totals.${name}`, count]);
    const { leaks, longestRecord, records } = observations;
    const counts = { ...observations.counts, ...limits, ...Object.fromEntries(named) };
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    return { stats, counts, handled, leaks, longestRecord, records, uncaught, timers };
  },

  async memory() {
    // Twice, and a turn apart: what is let go of by finalizers goes with the second.
    for (let i = 0; i < 2; i++) {
      globalThis.gc?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heapBytes: heapUsed + external, residentBytes: rss };
  },

  release() {
    application().release();
    return null;
  },

  revoke({ user, by }) {
    application().revoke(user, by);
    return null;
  },

  async publish({ room, times, bytes }) {
    const text = "x".repeat(bytes);
    const open = application().server.room("open/:id", { id: room.slice("open/".length) });
    for (let i = 0; i < times; i++) {
      await open.publish("announced", { text });
      // As whoever publishes for a reason: others have their turns in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return null;
  },

  async close() {
    current?.release();
    const all = closing;
    closing = [];
    current = undefined;
    await Promise.all(all.map((close) => close()));
    return null;
  },
};

process.on("message", async ({ number, order, given }: Asked) => {
  const answer = async (): Promise<Answered> => {
    try {
      return { number, result: await desk[order](given as never) };
    } catch (error) {
      return { number, failure: String((error as Error).stack) };
    }
  };
  process.send?.(await answer());
});
// Who gave the orders has gone.
process.once("disconnect", () => process.exit());
process.send?.("ready");
