import { once } from "node:events";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { type Client, createClient } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { defaultRetryPolicy, ReconnectingWebSocket } from "../../src/index.js";

// graphql refuses two copies of itself: graphql-ws loads the CommonJS one, an import here would get the other.
const { buildSchema }: typeof import("graphql") = createRequire(import.meta.url)("graphql");
const schema = buildSchema("type Query { hello: String! } type Subscription { ticks: Int! }");
const roots = {
  query: { hello: () => "world" },
  subscription: {
    ticks: async function* () {
      for (let tick = 0; ; tick++) {
        yield { ticks: tick };
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  },
};

/** What the guide tells to write: heals the way to a connection, and leaves each connection one life. */
const policy = defaultRetryPolicy(Math.random, { minMs: 5, maxMs: 20 });
class GraphQLSocket extends ReconnectingWebSocket {
  static made: GraphQLSocket[] = [];
  constructor(url: string, protocols?: string | string[]) {
    super(url, protocols, {
      retryPolicy: (context) => (context.reason.kind === "dropped" ? null : policy(context)),
    });
    GraphQLSocket.made.push(this);
  }
}

let server: WebSocketServer;
let client: Client | undefined;

async function serve(port = 0): Promise<number> {
  server = new WebSocketServer({ port, host: "127.0.0.1" });
  useServer({ schema, roots }, server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function kill(): Promise<void> {
  for (const peer of server.clients) peer.terminate();
  await new Promise((resolve) => server.close(resolve));
}

/** One answer, or the error that ended the operation. */
const ask = (query: string, enough = 1): Promise<unknown[]> =>
  new Promise((resolve, reject) => {
    const results: unknown[] = [];
    const stop = client?.subscribe(
      { query },
      {
        next: (result) => {
          results.push(result);
          if (results.length === enough) queueMicrotask(() => stop?.());
        },
        error: reject,
        complete: () => resolve(results),
      },
    );
  });

afterEach(async () => {
  await client?.dispose();
  for (const socket of GraphQLSocket.made.splice(0)) socket.close();
  await kill();
});

describe("graphql-ws on a reconnecting socket, its own retrying off", () => {
  it("answers queries and subscriptions, also after its server was restarted", async () => {
    const port = await serve();
    client = createClient({ url: `ws://127.0.0.1:${port}`, webSocketImpl: GraphQLSocket, retryAttempts: 0 });
    expect(await ask("{ hello }")).toEqual([{ data: { hello: "world" } }]);
    const running = ask("subscription { ticks }", Number.POSITIVE_INFINITY);
    running.catch(() => undefined);
    expect(await ask("subscription { ticks }", 2)).toHaveLength(2);

    await kill();
    // The loss of a connection is the loss of its subscriptions: graphql-ws tells each, and the app begins it anew.
    await expect(running).rejects.toMatchObject({ message: expect.any(String) });

    // Asked while the server is away: the socket tries until it is back, graphql-ws sees one slow connection.
    const later = ask("{ hello }");
    const ticks = ask("subscription { ticks }", 3);
    await serve(port);
    expect(await later).toEqual([{ data: { hello: "world" } }]);
    expect(await ticks).toHaveLength(3);
  });

  it("leaves no socket behind that nobody uses", async () => {
    const port = await serve();
    client = createClient({ url: `ws://127.0.0.1:${port}`, webSocketImpl: GraphQLSocket, retryAttempts: 0 });
    await ask("{ hello }");
    const running = ask("subscription { ticks }", Number.POSITIVE_INFINITY);
    running.catch(() => undefined);
    await ask("subscription { ticks }", 1);
    await kill();
    await expect(running).rejects.toBeDefined();
    await serve(port);
    await ask("{ hello }");
    const alive = GraphQLSocket.made.filter(({ readyState }) => readyState <= 1);
    expect(alive.length).toBeLessThanOrEqual(1);
  });
});
