import type { Client, ClientState } from "@tautline/client";
import { TautlineError } from "@tautline/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { type Chat, clientOf, once, startServer } from "./setup.js";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function start(...args: Parameters<typeof startServer>): ReturnType<typeof startServer> {
  const started = await startServer(...args);
  cleanUp.push(() => started.server.close());
  return started;
}

function connect(...args: Parameters<typeof clientOf>): Client<Chat> {
  const client = clientOf(...args);
  cleanUp.push(() => client.close());
  return client;
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "resolved",
    (error: unknown) => (TautlineError.is(error) ? error.code : String(error)),
  );

const reached = (client: Client<Chat>, kind: ClientState["kind"]): Promise<unknown> =>
  client.state.kind === kind
    ? Promise.resolve()
    : once<ClientState>(
        (listener) => client.on("state", listener),
        (state) => state.kind === kind,
      );

describe("messages over a real socket", () => {
  it("are answered, acknowledged, refused and failed", async () => {
    const { url, server } = await start();
    server.handle("wait", () => 7);
    const client = connect(url);
    expect(await client.request("rename", { name: " Ada " })).toEqual({ name: "Ada" });
    expect(await client.request("wait", 1)).toBe(7);
    await client.send("count");
    expect(await codeOf(client.send("fail"))).toBe("HANDLER_FAILED");
    expect(await codeOf(client.request("rename", { name: "" }))).toBe("BAD_DATA");
    expect(client.state).toMatchObject({ kind: "connected", user: "ada" });
  });

  it("carry the errors that the contract declares", async () => {
    const { url } = await start();
    const taken = connect(url).request("rename", { name: "taken" });
    await expect(taken).rejects.toMatchObject({
      code: "APP",
      details: { name: "NAME_TAKEN", data: { by: "bob" } },
    });
  });

  it("are cancelled by their signal, and the handler is told", async () => {
    const { url, server } = await start();
    const aborted = new Promise<string>((resolve) => {
      server.handle("wait", ({ signal }) => {
        signal.addEventListener("abort", () => resolve("aborted"));
        started();
        return new Promise<number>(() => {});
      });
    });
    let started = (): void => {};
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const abort = new AbortController();
    const client = connect(url);
    const waiting = codeOf(client.request("wait", 1, { signal: abort.signal }));
    await running;
    abort.abort();
    expect(await waiting).toBe("CANCELLED");
    expect(await aborted).toBe("aborted");
  });

  it("come to an end as OUTCOME_UNKNOWN where the server goes while one is handled", async () => {
    const { url, server, port } = await start();
    let started = (): void => {};
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    server.handle("wait", () => {
      started();
      return new Promise<number>(() => {});
    });
    const client = connect(url);
    const waiting = codeOf(client.request("wait", 1));
    await running;
    await server.close();
    await reached(client, "waiting");
    const unsent = client.send("count");
    const { handled } = await start(port);
    await unsent;
    expect(await waiting).toBe("OUTCOME_UNKNOWN");
    expect(handled).toEqual(["count"]);
  });
});

describe("events over a real socket", () => {
  it("reach one connection, a user and everyone", async () => {
    const { url, server } = await start();
    const [ada, bob] = [connect(url), connect(url, { token: "bob" })];
    const heard: string[] = [];
    ada.on("notice", ({ data }) => heard.push(`ada ${data.text}`));
    bob.on("notice", ({ data }) => heard.push(`bob ${data.text}`));
    await Promise.all([ada.connect(), bob.connect()]);
    await server.user("ada").send("notice", { text: "one" });
    await server.broadcast("notice", { text: "all" });
    await Promise.all([ada.send("count"), bob.send("count")]);
    expect(heard.sort()).toEqual(["ada all", "ada one", "bob all"]);
  });
});

describe("rooms over a real socket", () => {
  it("give members each publication once, the author its own, and the newest to those who come later", async () => {
    const { url } = await start();
    const [ada, bob] = [connect(url), connect(url, { token: "bob" })];
    const got: string[] = [];
    ada.room("chat/lobby").on("message", ({ data, offset }) => got.push(`${offset} ${data.text}`));
    expect((await ada.room("chat/lobby").join()).kind).toBe("fresh");
    for (const text of ["a", "b", "c"]) await ada.room("chat/lobby").send("say", { text });
    const late = bob.room("chat/lobby").events("message");
    await bob.room("chat/lobby").join({ last: 2 });
    expect((await late.next()).value?.data.text).toBe("b");
    expect((await late.next()).value?.data.text).toBe("c");
    expect(got).toEqual(["1 a", "2 b", "3 c"]);
    expect(ada.room("chat/lobby").position?.offset).toBe(3);
  });

  it("show who is there, who comes and who goes", async () => {
    const { url } = await start();
    const [ada, bob] = [connect(url), connect(url, { token: "bob" })];
    const lobby = ada.room("chat/lobby");
    const names = (): string[] => lobby.presence.map(({ state }) => state.name);
    const changed = (wanted: string): Promise<unknown> =>
      once(
        (listener) => lobby.on("presence", listener),
        () => names().join() === wanted,
      );
    const alone = changed("Ada");
    await lobby.join({ presence: { name: "Ada" } });
    await alone;
    const both = changed("Ada,Bob");
    const membership = await bob.room("chat/lobby").join({ presence: { name: "Bob" } });
    await both;
    const renamed = changed("Ada,Robert");
    await bob.room("chat/lobby").setPresence({ name: "Robert" });
    await renamed;
    const gone = changed("Ada");
    membership.leave();
    await gone;
  });

  it("carry a client's own events to the others", async () => {
    const { url } = await start();
    const [ada, bob] = [connect(url), connect(url, { token: "bob" })];
    await Promise.all([ada.room("chat/lobby").join(), bob.room("chat/lobby").join()]);
    const heard = once<{ data: boolean; from: { user: string } | undefined }>((listener) =>
      bob.room("chat/lobby").on("typing", listener),
    );
    await ada.room("chat/lobby").publish("typing", true);
    expect(await heard).toMatchObject({ data: true, from: { user: "ada" } });
  });

  it("are refused where the application says so, and the others go on", async () => {
    const { url } = await start(0, {
      authorize: ({ action }) => action.kind !== "join" || !action.room.startsWith("secret/"),
    });
    const client = connect(url);
    const secret = codeOf(client.room("secret/1").join());
    await client.room("chat/lobby").join();
    expect(await secret).toBe("FORBIDDEN");
    expect(client.room("secret/1").state).toMatchObject({ kind: "left", error: { code: "FORBIDDEN" } });
  });

  it("are recovered over a lost connection: what came meanwhile is handed over, in order, and no gap is told", async () => {
    const { url, server, connections } = await start();
    const client = connect(url);
    const lobby = client.room("chat/lobby");
    const got: unknown[] = [];
    lobby.on("message", ({ data }) => got.push(data.text));
    lobby.on("gap", (gap) => got.push(gap));
    await lobby.join();
    await lobby.send("say", { text: "before" });
    const away = reached(client, "waiting");
    for (const connection of connections) connection.close(1012);
    await away;
    await server.room("chat/lobby").publish("message", { text: "meanwhile" });
    await reached(client, "connected");
    await lobby.send("say", { text: "after" });
    expect(got).toEqual(["before", "meanwhile", "after"]);
  });

  it("begin anew on a restarted server without history, and the gap is told before anything later", async () => {
    const { url, server, port } = await start();
    const client = connect(url);
    const lobby = client.room("chat/lobby");
    const got: unknown[] = [];
    lobby.on("message", ({ data }) => got.push(data.text));
    lobby.on("gap", ({ reason }) => got.push(reason));
    await lobby.join();
    await lobby.send("say", { text: "before" });
    await server.close();
    await reached(client, "waiting");
    await start(port);
    await lobby.send("say", { text: "after" });
    expect(got).toEqual(["before", "new-epoch", "after"]);
  });
});

describe("credentials over a real socket", () => {
  it("are asked for once more, then the client stays closed and says why", async () => {
    const { url } = await start();
    let asked = 0;
    const client = connect(url, {
      token: () => {
        asked++;
        return "bad";
      },
    });
    expect(await codeOf(client.connect())).toBe("UNAUTHENTICATED");
    expect(asked).toBe(2);
    expect(client.state).toMatchObject({ kind: "closed", error: { code: "UNAUTHENTICATED" } });
  });

  it("that change the user on the way make a new client", async () => {
    const { url, connections } = await start();
    const tokens = ["ada", "bob", "bob"];
    const client = connect(url, { token: () => tokens.shift() ?? "bob" });
    await client.connect();
    const user = once<ClientState>(
      (listener) => client.on("state", listener),
      (state) => state.kind === "connected",
    );
    for (const connection of connections) connection.close(1012);
    expect(await user).toMatchObject({ user: "bob" });
  });
});

it("leaves for another connection when the server drains", async () => {
  const { url, server, port } = await start();
  const client = connect(url);
  await client.connect();
  const drained = server.drain({ withinMs: 200 });
  await once<ClientState>(
    (listener) => client.on("state", listener),
    (state) => state.kind !== "connected",
  );
  await drained;
  await start(port);
  await client.send("count");
});
