import type { Client } from "@tautline/client";
import type { RoomOptions } from "@tautline/server";
import { afterEach, expect, it } from "vitest";
import { type Chat, clientOf, once, startServer } from "./setup.js";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function start(options: RoomOptions) {
  const started = await startServer(0, { rooms: { "chat/:id": options } });
  cleanUp.push(() => started.server.close());
  const lobbyOf = async (token: string) => {
    const client = clientOf(started.url, { token });
    cleanUp.push(() => client.close());
    const lobby = client.room("chat/lobby");
    await lobby.join({ presence: { name: token } });
    return { client, lobby };
  };
  return { ...started, lobbyOf };
}

type Lobby = ReturnType<typeof lobbyOf>;
const lobbyOf = (client: Client<Chat>) => client.room("chat/lobby");

/** Resolves when so many are shown. */
const counted = (lobby: Lobby, count: number): Promise<unknown> =>
  lobby.presenceCount === count
    ? Promise.resolve()
    : once<unknown>(
        (listener) => lobby.on("presence", listener),
        () => lobby.presenceCount === count,
      );

it("[10.5] does not show a member whose connection was cut, and who is back in a moment, as one that left (I10)", async () => {
  const { lobbyOf, connections, server } = await start({ graceMs: 20_000 });
  const told: string[] = [];
  server.onRoom("chat/:id", {
    joined: ({ user }) => told.push(`joined ${user.id}`),
    left: ({ user }) => told.push(`left ${user.id}`),
  });
  const [ada, bob] = [await lobbyOf("ada"), await lobbyOf("bob")];
  await counted(ada.lobby, 2);
  ada.lobby.on("left", ({ user }) => told.push(`ada saw ${user} leave`));
  ada.lobby.on("joined", ({ user }) => told.push(`ada saw ${user} join`));
  for (let i = 0; i < 3; i++) {
    const back = once<{ kind: string }>(
      (listener) => bob.client.on("state", listener),
      ({ kind }) => kind === "connected",
    );
    for (const connection of connections) if (connection.user.id === "bob") connection.close(1012);
    await back;
  }
  const cleo = await lobbyOf("cleo");
  await counted(ada.lobby, 3);
  await counted(cleo.lobby, 3);
  expect(told).toEqual(["joined ada", "joined bob", "joined cleo", "ada saw cleo join"]);
  await bob.client.close();
  await counted(ada.lobby, 2);
  expect(told.slice(4).sort()).toEqual(["ada saw bob leave", "left bob"]);
});

it("[10.7] shows how many there are where they are too many to be named, and tells of nobody", async () => {
  const { lobbyOf } = await start({ presence: { maxListed: 3, gatherMs: 10 } });
  const [ada, bob, cleo] = [await lobbyOf("ada"), await lobbyOf("bob"), await lobbyOf("cleo")];
  await counted(ada.lobby, 3);
  expect(ada.lobby.presence).toHaveLength(3);
  const told: string[] = [];
  for (const event of ["joined", "left"] as const)
    ada.lobby.on(event, ({ user }) => told.push(`${event} ${user}`));
  const [dan, eve] = [await lobbyOf("dan"), await lobbyOf("eve")];
  await counted(ada.lobby, 5);
  expect(ada.lobby.presence).toEqual([]);
  for (const { client } of [bob, cleo, dan, eve]) await client.close();
  await counted(ada.lobby, 1);
  expect(ada.lobby.presence).toMatchObject([{ user: "ada", state: { name: "ada" } }]);
  expect(told).toEqual([]);
});
