import { type Envelope, type JoinRequest, TautlineError } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import type { LoadFrom } from "../../src/types.js";
import { connected, type World } from "../setup.js";

const message = (offset: number): Envelope => ({
  type: "message",
  room: "chat/lobby",
  data: { text: `m${offset}` },
  offset,
});

/** A load that runs until it is told to end. */
interface Running extends LoadFrom {
  readonly end: (snapshot: string) => void;
  readonly fail: (error: unknown) => void;
}

interface Loading extends World {
  readonly heard: unknown[];
  /** Each call of the load function. */
  readonly loads: Running[];
  readonly loaded: Promise<string>;
}

/** A client in the lobby, whose history the server keeps, that loads a snapshot at offset 3. */
async function loading(): Promise<Loading> {
  const world = await connected();
  const { client, server, clock } = world;
  const [heard, loads]: [unknown[], Running[]] = [[], []];
  server.on("$join", ({ data }) => {
    const { epoch = "e", offset = 0 } = data as JoinRequest;
    const missed = [1, 2, 3, 4, 5].filter((n) => n > offset && offset > 0).map(message);
    const answer = { room: "chat/lobby", epoch, offset, head: 5, recovered: offset > 0 };
    return [{ type: "$joined", data: answer }, ...missed];
  });
  const lobby = client.room("chat/lobby");
  lobby.on("message", ({ offset }) => heard.push(offset));
  lobby.on("gap", ({ reason }) => heard.push(reason));
  await lobby.join();
  server.last.send(message(1), message(2), message(3));
  const loaded = lobby.load(
    (from) =>
      new Promise<string>((end, fail) => {
        heard.push("load");
        loads.push({ ...from, end, fail });
      }),
  );
  loaded.catch(() => {});
  await clock.settle();
  return { ...world, heard, loads, loaded };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "resolved",
    (error: unknown) => (TautlineError.is(error) ? error.code : error),
  );

describe("loading a snapshot", () => {
  it("stands still at a position meanwhile, and goes on from there: nothing is missing, nothing comes twice", async () => {
    const { client, server, clock, heard, loads, loaded } = await loading();
    expect(loads[0]?.position).toEqual({ epoch: "e", offset: 3 });
    server.last.send(message(4), message(5));
    await clock.settle();
    expect(heard).toEqual([1, 2, 3, "load"]);
    expect(client.room("chat/lobby").position).toEqual({ epoch: "e", offset: 3 });
    loads[0]?.end("snapshot");
    expect(await loaded).toBe("snapshot");
    await clock.settle();
    expect(heard).toEqual([1, 2, 3, "load", 4, 5]);
    expect(server.of("$join").at(-1)?.data).toMatchObject({ epoch: "e", offset: 3 });
    await client.close();
  });

  it("asks for nothing where nothing came meanwhile", async () => {
    const { client, server, clock, loads, loaded } = await loading();
    loads[0]?.end("snapshot");
    await loaded;
    server.last.send(message(4));
    await clock.settle();
    expect(server.of("$join")).toHaveLength(1);
    expect(client.room("chat/lobby").position?.offset).toBe(4);
    await client.close();
  });

  it("stands still over a reconnect too", async () => {
    const { client, server, clock, heard, loads, loaded } = await loading();
    server.last.cut();
    await clock.advance(1_000);
    server.last.send(message(4));
    await clock.settle();
    loads[0]?.end("snapshot");
    await loaded;
    await clock.settle();
    expect(heard).toEqual([1, 2, 3, "load", 4, 5]);
    await client.close();
  });

  it.each(["ends", "fails"])(
    "loads again from the new position where a gap voids the old one, however the first load %s",
    async (how) => {
      const { client, server, clock, heard, loads, loaded } = await loading();
      const data = { room: "chat/lobby", reason: "new-epoch", epoch: "f", offset: 7 };
      server.last.send({ type: "$gap", data });
      await clock.settle();
      expect(loads[0]?.signal.aborted).toBe(true);
      if (how === "ends") loads[0]?.end("stale");
      else loads[0]?.fail(new Error("aborted"));
      await clock.settle();
      expect(loads[1]?.position).toEqual({ epoch: "f", offset: 7 });
      loads[1]?.end("fresh");
      expect(await loaded).toBe("fresh");
      expect(heard).toEqual([1, 2, 3, "load", "new-epoch", "load"]);
      await client.close();
    },
  );

  it("is rejected with what the function threw, and the room goes on", async () => {
    const { client, server, clock, heard, loads, loaded } = await loading();
    server.last.send(message(4));
    loads[0]?.fail("no database");
    expect(await codeOf(loaded)).toBe("no database");
    await clock.settle();
    expect(heard).toEqual([1, 2, 3, "load", 4, 5]);
    await client.close();
  });

  it("[5.7] is rejected where the connection now belongs to another user: the snapshot is of the former one", async () => {
    const { client, server, clock, loads, loaded } = await loading();
    const code = codeOf(loaded);
    server.on("$hello", (_, connection) => {
      server.on("$hello", undefined);
      connection.send({ type: "$error", error: { code: "USER_CHANGED", message: "another" } });
      connection.close(1008);
      return undefined;
    });
    server.last.cut();
    await clock.advance(5_000);
    expect(client.state.kind).toBe("connected");
    loads[0]?.end("of the former user");
    expect(await code).toBe("USER_CHANGED");
    expect(loads).toHaveLength(1);
    await client.close();
  });

  it("is rejected where the client is put out of the room after a gap has voided what is loaded", async () => {
    const { client, server, clock, loads, loaded } = await loading();
    const code = codeOf(loaded);
    const gap = { room: "chat/lobby", reason: "new-epoch", epoch: "f", offset: 7 };
    server.last.send({ type: "$gap", data: gap }, { type: "$left", data: { room: "chat/lobby" } });
    await clock.settle();
    loads[0]?.end("of the life before");
    expect(await code).toBe("CLOSED");
    expect(loads).toHaveLength(1);
    await client.close();
  });

  it("is rejected where the client is put out of the room, and told so by its signal", async () => {
    const { client, server, clock, loads, loaded } = await loading();
    const error = { code: "FORBIDDEN", message: "out" };
    server.last.send({ type: "$left", data: { room: "chat/lobby", error } });
    await clock.settle();
    expect(loads[0]?.signal.aborted).toBe(true);
    loads[0]?.end("too late");
    expect(await codeOf(loaded)).toBe("FORBIDDEN");
    await client.close();
  });

  it("joins for its own time where the program has not", async () => {
    const { client, server, clock } = await connected();
    const lobby = client.room("chat/lobby");
    expect(await lobby.load(({ position }) => position?.offset)).toBe(0);
    expect(lobby.state.kind).toBe("joined");
    await clock.advance(100);
    expect(lobby.state.kind).toBe("left");
    expect(server.of("$leave")).toHaveLength(1);
    await client.close();
  });
});
