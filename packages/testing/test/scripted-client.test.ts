import { type Envelope, jsonCodec, type Transport } from "@tautline/protocol";
import { describe, expect, it } from "vitest";
import { VirtualNetwork } from "../src/network/virtual-network.js";
import { ScriptedClient } from "../src/scripted-client.js";
import { seededRandom } from "../src/seeded-random.js";
import { VirtualClock } from "../src/virtual-clock.js";

const url = "ws://server.test/live";

/** A server that answers each envelope by `answer`. */
function world(answer: (envelope: Envelope) => readonly Envelope[] = () => []) {
  const clock = new VirtualClock();
  const network = new VirtualNetwork({ clock, random: seededRandom(1) });
  const [heard, transports]: [string[], Transport[]] = [[], []];
  const send = (transport: Transport, envelope: Envelope): void => {
    const frame = jsonCodec.encode(envelope);
    if (frame.ok) transport.write([frame.value]);
  };
  network.listen(url, (transport) => {
    transports.push(transport);
    transport.start({
      message: (data) => {
        heard.push(String(data));
        const decoded = jsonCodec.decode(data);
        if (decoded.ok) for (const envelope of answer(decoded.value)) send(transport, envelope);
      },
      alive: () => undefined,
      drained: () => undefined,
      closed: (code) => heard.push(`closed ${code}`),
    });
  });
  const client = new ScriptedClient({ url, WebSocket: network.WebSocket });
  const say = (envelope: Envelope): void => send(transports[0] as Transport, envelope);
  return { clock, network, heard, client, say };
}

describe("a scripted client", () => {
  it("says hello as it is told, and gives the welcome", async () => {
    const { clock, client, heard } = world(() => [{ type: "$welcome", data: { user: "ada" } }]);
    expect(await clock.until(client.hello({ attempt: 3, token: "t" }))).toMatchObject({
      data: { user: "ada" },
    });
    expect(JSON.parse(heard[0] ?? "")).toEqual({
      type: "$hello",
      data: { client: "a-scripted-client", attempt: 3, token: "t", rooms: [] },
    });
  });

  it("gives the error that came in place of a welcome", async () => {
    const error = { code: "UNAUTHENTICATED", message: "no" } as const;
    const { clock, client } = world(() => [{ type: "$error", error }]);
    expect(await clock.until(client.hello())).toMatchObject({ error });
  });

  it("pairs requests with their answers, whatever their order", async () => {
    const later: Envelope[] = [];
    const { clock, client } = world((message) => {
      later.unshift({ type: "$reply", id: message.id, data: message.data });
      return later.length === 2 ? later : [];
    });
    await clock.until(client.opened);
    const answers = [client.request({ type: "a", data: 1 }), client.request({ type: "a", data: 2 })];
    expect((await clock.until(Promise.all(answers))).map(({ data }) => data)).toEqual([1, 2]);
  });

  it("joins a room, from a position where one is given", async () => {
    const { clock, client, heard } = world(({ id }) => [{ type: "$joined", id, data: { recovered: true } }]);
    await clock.until(client.opened);
    const joined = await clock.until(client.join("chat/a", { epoch: "e", offset: 4 }));
    expect(joined).toMatchObject({ data: { recovered: true } });
    expect(JSON.parse(heard[0] ?? "")).toMatchObject({ data: { room: "chat/a", epoch: "e", offset: 4 } });
  });

  it("keeps every envelope, and gives what came before it was asked for as what comes after", async () => {
    const { clock, client, say } = world();
    await clock.until(client.opened);
    say({ type: "notice", data: 1 });
    say({ type: "other" });
    say({ type: "notice", data: 2 });
    await clock.advance(10);
    const third = [await client.next("notice"), await client.next("notice")].map(({ data }) => data);
    expect(third).toEqual([1, 2]);
    const next = client.next("notice");
    say({ type: "notice", data: 3 });
    expect(await clock.until(next)).toMatchObject({ data: 3 });
    const last = client.next("notice");
    say({ type: "notice", data: 4 });
    expect(await clock.until(last)).toMatchObject({ data: 4 });
    expect([client.received.length, client.of("notice").length]).toEqual([5, 4]);
  });

  it("answers ping by itself, or something else, or nothing", async () => {
    const { clock, client, heard, say } = world();
    await clock.until(client.opened);
    const ping = async (): Promise<void> => {
      say({ type: "ping" });
      await clock.advance(10);
    };
    await ping();
    client.on("ping", () => ({ type: "chat", data: "busy" }));
    await ping();
    client.on("ping", undefined);
    await ping();
    expect(heard.map((text) => JSON.parse(text).type)).toEqual(["pong", "chat"]);
  });

  it("refuses to send what no client would, unless it is told to", async () => {
    const { clock, client, heard } = world();
    await clock.until(client.opened);
    expect(() => client.send({ type: "" })).toThrow("expected");
    client.sendRaw("{");
    await clock.advance(10);
    expect(heard).toEqual(["{"]);
  });

  it("tells how the socket ended, and that it never opened", async () => {
    const { clock, client, heard, network } = world();
    await clock.until(client.opened);
    expect(await clock.until(client.close(3000, "bye"))).toMatchObject({ code: 3000, reason: "bye" });
    await clock.advance(10);
    expect(heard).toEqual(["closed 3000"]);
    network.admission = "refused";
    const refused = new ScriptedClient({ url, WebSocket: network.WebSocket });
    await expect(clock.until(refused.opened)).rejects.toThrow("closed with 1006");
  });
});
