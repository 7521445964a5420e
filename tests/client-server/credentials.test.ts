import type { Client, ClientState } from "@tautline/client";
import { withExpiry } from "@tautline/server";
import { afterEach, describe, expect, it } from "vitest";
import { type Chat, clientOf, once, startServer, type User } from "./setup.js";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** A server on which each token, `ada` for one, lasts as long as a test says; and how often it was asked. */
async function start(lastsMs: () => number | undefined) {
  const asked: (string | undefined)[] = [];
  const rights = new Set(["join"]);
  const authenticate = ({ token }: { readonly token: string | undefined }) => {
    asked.push(token);
    const user: User = { id: token ?? "guest" };
    const ms = lastsMs();
    if (token === "bad") return null;
    return ms === undefined ? user : withExpiry(user, { expiresAtMs: Date.now() + ms });
  };
  const authorize = ({ action }: { readonly action: { readonly kind: string } }) =>
    action.kind !== "join" || rights.has("join");
  const started = await startServer(0, { authenticate, authorize });
  cleanUp.push(() => started.server.close());
  return { ...started, asked, rights };
}

function connect(...args: Parameters<typeof clientOf>): Client<Chat> {
  const client = clientOf(...args);
  cleanUp.push(() => client.close());
  return client;
}

const reached = (client: Client<Chat>, kind: ClientState["kind"]) =>
  once<ClientState>(
    (listener) => client.on("state", listener),
    (state) => state.kind === kind,
  );

describe("credentials that end, over a real socket (A-14)", () => {
  it("[12.1] [12.2] are renewed on the living connection, again and again, by the client alone", async () => {
    const { url, asked } = await start(() => 200);
    let provided = 0;
    const client = connect(url, {
      token: () => {
        provided++;
        return "ada";
      },
    });
    await client.connect();
    const { state } = client;
    const late = once<undefined>((listener) => {
      const timer = setInterval(() => asked.length >= 4 && listener(undefined), 5);
      return () => clearInterval(timer);
    });
    await late;
    expect(client.state).toBe(state);
    expect(provided).toBeGreaterThanOrEqual(4);
  });

  it("[12.1] end the connection where the provider has no new ones; it is asked once more, and the client is back", async () => {
    const lasts = [150, undefined];
    const { url } = await start(() => lasts.shift());
    const answers = [() => "ada", () => Promise.reject(new Error("offline")), () => "ada"];
    const reports: unknown[] = [];
    const client = connect(url, { token: () => (answers.shift() ?? (() => "none"))() });
    client.on("error", (error) => reports.push(error));
    await client.connect();
    expect(await reached(client, "waiting")).toMatchObject({ error: { code: "UNAUTHENTICATED" } });
    expect(await reached(client, "connected")).toMatchObject({ user: "ada" });
    expect(reports).toContainEqual(
      expect.objectContaining({ cause: expect.objectContaining({ message: "offline" }) }),
    );
  });

  it("[12.2] end it at once where the new ones are bad, and the client stays closed when they still are", async () => {
    const { url } = await start(() => 200);
    const answers = ["ada"];
    const client = connect(url, { token: () => answers.shift() ?? "bad" });
    await client.connect();
    expect(await reached(client, "closed")).toMatchObject({ error: { code: "UNAUTHENTICATED" } });
  });
});

describe("a right that was taken away, over a real socket (U18)", () => {
  it("[7.8] ends the membership at the next renewal: the room is left, and says why", async () => {
    const { url, rights } = await start(() => 200);
    const client = connect(url, { token: () => "ada" });
    const lobby = client.room("chat/lobby");
    await lobby.join();
    rights.clear();
    const left = await once<{ kind: string }>(
      (listener) => lobby.on("state", listener),
      ({ kind }) => kind === "left",
    );
    expect(left).toMatchObject({ error: { code: "FORBIDDEN" } });
    expect(client.state.kind).toBe("connected");
  });

  it("[7.4] ends it on recovery (A-94)", async () => {
    const { url, rights, connections } = await start(() => undefined);
    const client = connect(url);
    const lobby = client.room("chat/lobby");
    await lobby.join();
    rights.clear();
    for (const connection of connections) connection.close(1012);
    const left = await once<{ kind: string }>(
      (listener) => lobby.on("state", listener),
      ({ kind }) => kind === "left",
    );
    expect(left).toMatchObject({ error: { code: "FORBIDDEN" } });
  });
});

describe("a user who is sent away, over a real socket", () => {
  it("stays away where its token is a fixed one", async () => {
    const { url, server } = await start(() => undefined);
    const client = connect(url, { token: "ada" });
    await client.connect();
    server.user("ada").disconnect({ reason: "logged out" });
    const closed = await reached(client, "closed");
    expect(closed).toMatchObject({ error: { message: expect.stringContaining("1008 logged out") } });
  });

  it("is back where its provider gets it in again, and stays away where it does not", async () => {
    const { url, server, asked } = await start(() => undefined);
    const tokens = ["ada", "ada", "bad"];
    const client = connect(url, { token: () => tokens.shift() ?? "bad" });
    await client.connect();
    server.user("ada").disconnect();
    await reached(client, "connected");
    server.user("ada").disconnect();
    await reached(client, "closed");
    expect(asked.slice(0, 2)).toEqual(["ada", "ada"]);
  });
});
