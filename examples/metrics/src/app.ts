import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { defineContract } from "@tautline/protocol";
import { allowAll, createServer, guests, type Server } from "@tautline/server";
import { collectMetrics } from "@tautline/server/metrics";
import { collectDefaultMetrics, Registry } from "prom-client";
import * as v from "valibot";

export const contract = defineContract({
  messages: { echo: { data: v.string(), reply: v.string() } },
});

/** A server for messages, and beside it, on its own port, one for its figures: they are nobody's business outside. */
export interface App {
  readonly live: Server<typeof contract>;
  readonly figures: HttpServer;
}

/** Makes both; neither listens yet. */
export function createApp(): App {
  const live = createServer(contract, {
    authenticate: guests(),
    authorize: allowAll,
    limits: { connectionsPerAddress: 100, connectionsPerSecond: 200 },
  });
  live.handle("echo", ({ data }) => data);

  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  collectMetrics(live, { registry });
  const figures = createHttpServer(async (request, response) => {
    const isScrape = request.method === "GET" && request.url === "/metrics";
    const text = isScrape ? await registry.metrics() : "GET /metrics\n";
    response.writeHead(isScrape ? 200 : 404, {
      "content-type": isScrape ? registry.contentType : "text/plain",
    });
    response.end(text);
  });
  return { live, figures };
}
