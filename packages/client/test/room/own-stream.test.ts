import type { Envelope, Hello, JoinRequest } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { connected, type World } from "../setup.js";

const notice = (offset: number | undefined, text = `n${offset}`): Envelope => ({
  type: "notice",
  room: "$user",
  data: { text },
  offset,
});

/** A welcome whose own stream stands at `offset`. */
const own = (offset: number, fields: object = {}) => ({
  rooms: [{ room: "$user", epoch: "e", offset, head: offset, recovered: true, ...fields }],
});

/** A connected client whose own stream stands at 4, and what it hears. */
async function listening(): Promise<World & { heard: unknown[] }> {
  const world = await connected();
  const heard: unknown[] = [];
  world.server.welcome = own(4, { recovered: false });
  world.client.on("notice", ({ data }) => heard.push(data.text));
  world.client.on("gap", ({ reason, from, to }) => heard.push({ reason, from, to }));
  world.server.last.cut();
  await world.clock.advance(1_000);
  return { ...world, heard };
}

const askedInHello = ({ server }: World): readonly JoinRequest[] =>
  (server.of("$hello").at(-1) as Hello).data.rooms;

describe("[8.12] what is sent to the user", () => {
  it("comes as the client's events, checked, each once and in order", async () => {
    const { client, server, clock, heard, errors } = await listening();
    server.last.send(notice(5), notice(5), notice(4), { ...notice(6), data: { text: 5 } }, notice(7));
    server.last.send(notice(undefined, "unkept"));
    await clock.settle();
    expect(heard).toEqual(["n5", "n7", "unkept"]);
    expect(errors).toEqual(["BAD_DATA"]);
    await client.close();
  });

  it("goes on from its position over a reconnect, which the hello carries", async () => {
    const world = await listening();
    const { client, server, clock, heard } = world;
    expect(askedInHello(world)).toEqual([]);
    server.last.send(notice(5));
    server.welcome = own(5);
    server.last.cut();
    await clock.advance(1_000);
    expect(askedInHello(world)).toEqual([{ room: "$user", epoch: "e", offset: 5 }]);
    server.last.send(notice(5), notice(6));
    await clock.settle();
    expect(heard).toEqual(["n5", "n6"]);
    await client.close();
  });

  it("is asked for again where one is missing", async () => {
    const { client, server, clock, heard } = await listening();
    server.on("$join", ({ data }) => [
      { type: "$joined", data: { ...(data as object), head: 7, recovered: true } },
      notice(5),
      notice(6),
      notice(7),
    ]);
    server.last.send(notice(6), notice(7));
    await clock.settle();
    expect(server.of("$join")).toMatchObject([{ data: { room: "$user", epoch: "e", offset: 4 } }]);
    expect(heard).toEqual(["n5", "n6", "n7"]);
    await client.close();
  });

  it("is asked for once more where the server could not answer", async () => {
    const { client, server, clock } = await listening();
    const error = { code: "BUSY", message: "later" } as const;
    server.on("$join", () => ({ type: "$error", room: "$user", data: { type: "$join" }, error }));
    server.last.send(notice(6));
    await clock.settle();
    server.last.send(notice(7));
    await clock.settle();
    expect(server.of("$join")).toHaveLength(2);
    await client.close();
  });

  it("is asked for until it is joined, where the server could not let the client in: nothing else would tell", async () => {
    const world = await connected();
    const { client, server, clock } = world;
    const error = { code: "UNAVAILABLE", message: "later" } as const;
    server.welcome = { rooms: [{ room: "$user", error }] };
    server.last.cut();
    await clock.advance(1_000);
    let answers = 0;
    server.on("$join", ({ data }) =>
      ++answers < 3
        ? { type: "$error", room: "$user", data: { type: "$join" }, error }
        : {
            type: "$joined",
            data: { ...(data as object), epoch: "e", offset: 0, head: 0, recovered: false },
          },
    );
    await clock.advance(20_000);
    expect(server.of("$join")).toMatchObject([1, 2, 3].map(() => ({ data: { room: "$user" } })));
    await client.close();
    expect(clock.pending).toBe(0);
  });

  it("[8.12] is told as a gap where the first welcome came without it: what was sent until it is joined is missing", async () => {
    const { client, server, clock } = await connected();
    const gaps: unknown[] = [];
    client.on("gap", (gap) => gaps.push(gap));
    server.welcome = { rooms: [{ room: "$user", error: { code: "TIMEOUT", message: "later" } }] };
    server.last.cut();
    server.on("$join", ({ data }) => ({
      type: "$joined",
      data: {
        room: (data as { room: string }).room,
        epoch: "e",
        offset: 2,
        head: 2,
        recovered: false,
        reason: "new-epoch",
      },
    }));
    await clock.advance(20_000);
    expect(server.of("$join")).toMatchObject([{ data: { room: "$user", offset: 0 } }]);
    expect(gaps).toEqual([{ reason: "new-epoch", position: { epoch: "e", offset: 2 } }]);
    await client.close();
  });

  it("is asked for no more by a client that was closed meanwhile", async () => {
    const { client, server, clock } = await listening();
    server.welcome = { rooms: [{ room: "$user", error: { code: "UNAVAILABLE", message: "later" } }] };
    server.last.cut();
    await clock.advance(1_000);
    await client.close();
    expect(clock.pending).toBe(0);
  });

  it.each([
    ["after a reconnect", 9],
    ["on a live connection", 0],
  ])("tells a gap before anything later: %s", async (when, offset) => {
    const { client, server, clock, heard } = await listening();
    if (when === "after a reconnect") {
      server.welcome = own(9, { recovered: false, reason: "trimmed" });
      server.last.cut();
      await clock.advance(1_000);
    } else {
      const data = { room: "$user", reason: "new-epoch", epoch: "f", offset: 0 };
      server.last.send({ type: "$gap", data });
    }
    server.last.send(notice(offset + 1, "later"));
    await clock.settle();
    expect(heard).toEqual([
      offset
        ? { reason: "trimmed", from: 5, to: 9 }
        : { reason: "new-epoch", from: undefined, to: undefined },
      "later",
    ]);
    await client.close();
  });

  it("is forgotten with the user", async () => {
    const world = await listening();
    const { client, server, clock } = world;
    server.on("$hello", (_, connection) => {
      if (server.of("$hello").length > 3) return undefined;
      connection.send({ type: "$error", error: { code: "USER_CHANGED", message: "another" } });
      connection.close(1008);
      return undefined;
    });
    server.last.cut();
    await clock.advance(5_000);
    expect(askedInHello(world)).toEqual([]);
    await client.close();
  });
});
