import { MemoryBroker } from "@tautline/server/broker";
import { afterEach, expect, it } from "vitest";
import { clientOf, once, startServer } from "./setup.js";

const disposables: (() => unknown)[] = [];
afterEach(async () => {
  for (const dispose of disposables.splice(0).reverse()) await dispose();
});

/** Two servers on one broker, and what leads clients to the one that is not about to leave. */
async function twoNodes() {
  const broker = new MemoryBroker();
  const [first, second] = [await startServer(0, { broker }), await startServer(0, { broker })];
  disposables.push(
    () => first.server.close(),
    () => second.server.close(),
  );
  let current = first;
  const client = clientOf("", { url: () => current.url });
  disposables.push(() => client.close());
  const states: string[] = [];
  client.on("state", ({ kind }) => states.push(kind));
  await client.connect();
  return {
    ...{ first, second, client, states },
    leaveFirst: () => {
      current = second;
      return first.server.drain({ withinMs: 300 });
    },
  };
}

it("moves to another node while rooms go on, answers arrive and the state stays connected (F-16, P12)", async () => {
  const { first, second, client, states, leaveFirst } = await twoNodes();
  let answer = (_: number): void => {};
  first.server.handle("wait", () => new Promise<number>((resolve) => (answer = resolve)));
  const lobby = client.room("chat/lobby");
  const heard: string[] = [];
  lobby.on("message", ({ data }) => heard.push(data.text));
  lobby.on("gap", ({ reason }) => heard.push(reason));
  await lobby.join();
  const asked = client.request("wait", 1);
  await lobby.send("say", { text: "0" });
  states.length = 0;

  const drained = leaveFirst();
  const moved = once<unknown>((listener) => client.on("state", listener));
  let published = 0;
  const publishing = setInterval(() => {
    void first.server.room("chat/lobby").publish("message", { text: `${++published}` });
  }, 5);
  disposables.push(() => clearInterval(publishing));
  await moved;
  answer(42);
  expect(await asked).toBe(42);
  await drained;
  clearInterval(publishing);
  await lobby.send("say", { text: "last" });
  expect(second.handled).toContain("last");
  expect(states).toEqual(["connected"]);
  expect(heard).toEqual([...Array.from({ length: published + 1 }, (_, i) => `${i}`), "last"]);
});

it("recovers what was sent to the user while the client was away", async () => {
  const { first, client } = await twoNodes();
  const heard: string[] = [];
  client.on("notice", ({ data }) => heard.push(data.text));
  await first.server.user("ada").send("notice", { text: "1" });
  const back = once<{ readonly kind: string }>(
    (listener) => client.on("state", listener),
    ({ kind }) => kind === "connected",
  );
  for (const connection of first.connections) connection.close(1012);
  await first.server.user("ada").send("notice", { text: "2" });
  await back;
  await first.server.user("ada").send("notice", { text: "3" });
  await client.send("count");
  expect(heard).toEqual(["1", "2", "3"]);
});

it("loads a snapshot and goes on from its position with nothing missing", async () => {
  const { first, client } = await twoNodes();
  const room = first.server.room("chat/lobby");
  const lobby = client.room("chat/lobby");
  const heard: string[] = [];
  lobby.on("message", ({ data }) => heard.push(data.text));
  await lobby.join();
  const snapshot = await lobby.load(async () => {
    await room.publish("message", { text: "1" });
    await room.publish("message", { text: "2" });
    await client.send("count");
    expect(heard).toEqual([]);
    return "loaded";
  });
  await room.publish("message", { text: "3" });
  await lobby.send("say", { text: "4" });
  await client.send("count");
  expect([snapshot, ...heard]).toEqual(["loaded", "1", "2", "3", "4"]);
});
