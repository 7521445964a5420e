import { bytes, defineContract } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import { ScriptedTransport, VirtualClock } from "@tautline/testing";
import { afterEach, expect, it } from "vitest";
import * as z from "zod";
import { allowAll, createServer } from "../../src/index.js";

const contract = defineContract({
  messages: { bytes: { reply: bytes() }, lookalike: { reply: z.any() }, huge: { reply: bytes() } },
});
const request = { url: "/", headers: {}, remoteAddress: "192.0.2.1" };
const image = new Uint8Array([0, 255]);
const said = { $bytes: "AP8=" };

const made: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map((server) => server.close()));
});

/** One client, that comes back with whichever codec. */
function serving() {
  const clock = new VirtualClock();
  const server = createServer(contract, {
    authenticate: () => ({ id: "ada" }),
    authorize: allowAll,
    clock,
    codecs: [msgpackCodec],
    heartbeat: { intervalMs: 3_600_000 },
  });
  made.push(server);
  const reported: unknown[] = [];
  server.on("error", ({ error }) => reported.push(error));
  const handled: string[] = [];
  server.handle("bytes", () => {
    handled.push("bytes");
    return image;
  });
  server.handle("lookalike", () => said);
  server.handle("huge", () => new Uint8Array(1_000_000));
  let attempt = 0;
  const connect = async (transport: ScriptedTransport): Promise<ScriptedTransport> => {
    server.accept(transport, request);
    const data = { client: "client-id-of-128-bits", attempt: ++attempt, welcomed: attempt - 1, rooms: [] };
    transport.send({ type: "$hello", data });
    await clock.settle();
    return transport;
  };
  const answerTo = async (transport: ScriptedTransport, type: string, id: number): Promise<unknown> => {
    transport.send({ type, id });
    await clock.settle();
    const { data, error } = transport.sent.find((envelope) => envelope.id === id) ?? {};
    return error?.code ?? data;
  };
  return { connect, answerTo, handled, reported };
}

const binary = () => new ScriptedTransport(msgpackCodec);
const json = () => new ScriptedTransport();

it.each([
  ["MessagePack", "JSON", binary, json, image, said],
  ["JSON", "MessagePack", json, binary, said, image],
  ["MessagePack", "MessagePack", binary, binary, image, image],
])("[9.6] repeats an answer given in %s to a client that has come back with %s", async (...row) => {
  const [, , first, second, given, repeated] = row;
  const { connect, answerTo, handled } = serving();
  const before = await connect(first());
  expect(await answerTo(before, "bytes", 1)).toEqual(given);
  expect(await answerTo(before, "lookalike", 2)).toEqual(said);
  const after = await connect(second());
  expect(await answerTo(after, "bytes", 1)).toEqual(repeated);
  expect(await answerTo(after, "lookalike", 2)).toEqual(said);
  expect(handled).toEqual(["bytes"]);
});

it("fails an answer that is too large to be kept, whichever codec might carry it", async () => {
  const { connect, answerTo, reported } = serving();
  expect(await answerTo(await connect(binary()), "huge", 1)).toBe("HANDLER_FAILED");
  expect(reported).toMatchObject([{ code: "TOO_LARGE" }]);
});
