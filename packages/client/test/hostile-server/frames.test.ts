import type { Socket } from "node:net";
import { deflateRawSync } from "node:zlib";
import { defineContract, limits, TautlineError, unchecked } from "@tautline/protocol";
import { msgpackCodec } from "@tautline/protocol/msgpack";
import { describe, expect, it } from "vitest";
import { maxBytes } from "../../src/frames.js";
import { type ClientState, createClient } from "../../src/index.js";
import { accepting, endless, frame, RawServer, text } from "./raw-server.js";

const contract = defineContract({ events: { a: { data: unchecked<string>() } } });

const welcome = {
  type: "$welcome",
  data: {
    connection: "c",
    user: "ada",
    member: "ada-1",
    resumed: false,
    heartbeatMs: 20_000,
    limits: { messageBytes: 65_536, rooms: 128, unanswered: 256 },
    rooms: [],
  },
};

const deflate =
  "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/** What becomes of a client that is welcomed and then sent these bytes, and which events it took. */
async function after(send: (socket: Socket) => void, ...extensions: string[]) {
  await using server = new RawServer((socket, request) => {
    socket.write(accepting(request, ...extensions));
    socket.write(text(welcome));
    send(socket);
  });
  const taken: unknown[] = [];
  const client = createClient(contract, {
    url: await server.listen(),
    backoff: { minMs: 60_000, maxMs: 60_000 },
  });
  client.on("a", ({ data }) => taken.push(data));
  const end = await new Promise<ClientState>((resolve) => {
    client.on("state", (state) => (state.kind === "waiting" || state.kind === "closed") && resolve(state));
    client.connect().catch(() => undefined);
  });
  await client.close();
  return { end, taken };
}

/** What `ws` says of the frames, by its code. */
const broken = (code: string) => ({ kind: "waiting", error: { code: "CLOSED", cause: { code } } });
const tooLarge = broken("WS_ERR_UNSUPPORTED_MESSAGE_LENGTH");
const zeros = (bytes: number) => Buffer.alloc(bytes, "0");
const event = (bytes: number) => {
  const around = JSON.stringify({ type: "a", data: "" }).length;
  return text({ type: "a", data: "0".repeat(bytes - around) });
};

describe("A-30 frames of a hostile server", () => {
  it.each([BigInt(maxBytes) + 1n, 1n << 24n, 1n << 32n, (1n << 53n) - 1n])(
    "that say they have %i bytes are refused by their header",
    async (length) => {
      const { end } = await after((socket) => socket.write(frame(0x81, new Uint8Array(), length)));
      expect(end).toMatchObject(tooLarge);
    },
  );

  it("that say they have 2^63 bytes are refused by their header", async () => {
    const { end } = await after((socket) => socket.write(frame(0x81, new Uint8Array(), 1n << 63n)));
    expect(end).toMatchObject(broken("WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"));
  });

  it("of as much as a client takes arrive, and one byte more ends the connection", async () => {
    const { end, taken } = await after((socket) => {
      socket.write(event(limits.clientMessageBytes));
      socket.write(event(limits.clientMessageBytes + 1));
    });
    expect(taken).toHaveLength(1);
    expect(end).toMatchObject({ kind: "closed", error: { code: "BAD_ENVELOPE" } });
  });

  it("that are the parts of one message without end are cut off", async () => {
    const { end } = await after((socket) => {
      socket.write(frame(0x01, zeros(1)));
      endless(socket, frame(0x00, zeros(65_536)));
    });
    expect(end).toMatchObject(tooLarge);
  });

  it("that are tiny parts of one message without end are cut off", async () => {
    const { end } = await after((socket) => {
      socket.write(frame(0x01, zeros(1)));
      endless(socket, Buffer.alloc(30_000, frame(0x00, zeros(1))));
    });
    expect(end).toMatchObject(broken("WS_ERR_TOO_MANY_BUFFERED_PARTS"));
  });

  it("that are pings without end are cut off", async () => {
    const { end } = await after((socket) =>
      endless(socket, Buffer.alloc(65_536, frame(0x89, new Uint8Array()))),
    );
    expect(end).toMatchObject({ kind: "waiting", error: { code: "CLOSED" } });
  });

  it("that inflate to much more than they are, are inflated no further than a message may be", async () => {
    const bomb = deflateRawSync(zeros(64 << 20), { level: 9 });
    expect(bomb.length).toBeLessThan(100_000);
    const { end } = await after((socket) => socket.write(frame(0xc1, bomb)), deflate);
    expect(end).toMatchObject(tooLarge);
  });

  const wrong: readonly [string, Buffer, string][] = [
    ["masked", Buffer.from([0x81, 0x80, 0, 0, 0, 0]), "WS_ERR_UNEXPECTED_MASK"],
    ["of a reserved bit", frame(0xb1, zeros(1)), "WS_ERR_UNEXPECTED_RSV_2_3"],
    ["compressed unasked", frame(0xc1, zeros(1)), "WS_ERR_UNEXPECTED_RSV_1"],
    ["of a reserved opcode", frame(0x83, zeros(1)), "WS_ERR_INVALID_OPCODE"],
    ["continued from nothing", frame(0x80, zeros(1)), "WS_ERR_INVALID_OPCODE"],
    ["of a control in parts", frame(0x09, zeros(1)), "WS_ERR_EXPECTED_FIN"],
    ["of a long control", frame(0x89, zeros(126)), "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"],
    ["of no UTF-8", frame(0x81, Buffer.from([0xc0, 0x80])), "WS_ERR_INVALID_UTF8"],
    ["of half a surrogate pair", frame(0x81, Buffer.from([0xed, 0xa0, 0x80])), "WS_ERR_INVALID_UTF8"],
    ["of a close with one byte", frame(0x88, zeros(1)), "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"],
    ["of a close with 999", frame(0x88, Buffer.from([0x03, 0xe7])), "WS_ERR_INVALID_CLOSE_CODE"],
    ["of a close with 1005", frame(0x88, Buffer.from([0x03, 0xed])), "WS_ERR_INVALID_CLOSE_CODE"],
    ["of a close with 5000", frame(0x88, Buffer.from([0x13, 0x88])), "WS_ERR_INVALID_CLOSE_CODE"],
  ];
  it.each(wrong)("%s end the connection, not the process", async (_, bytes, code) => {
    const { end } = await after((socket) => socket.write(bytes));
    expect(end).toMatchObject(broken(code));
  });

  it.each([
    ["bytes where text is spoken", frame(0x82, zeros(8))],
    ["no JSON", text("{")],
    [
      "a JSON text of a million levels",
      text(`{"type":"a","data":${"[".repeat(500_000)}${"]".repeat(500_000)}}`),
    ],
  ])("with %s are answered by an error, or an event, and the process lives", async (_, bytes) => {
    const { end } = await after((socket) => {
      socket.write(bytes);
      socket.write(frame(0x88, Buffer.from([0x03, 0xe8])));
    });
    expect(end).toMatchObject({ kind: "closed" });
    expect((end as { readonly error?: unknown }).error).toBeInstanceOf(TautlineError);
  });

  it("are bounded for a client that speaks MessagePack, too", async () => {
    await using server = new RawServer((socket, request) => {
      socket.write(accepting(request));
      socket.write(frame(0x82, new Uint8Array(), BigInt(maxBytes) + 1n));
    });
    const client = createClient({ url: await server.listen(), codec: msgpackCodec, retryLimit: 0 });
    await expect(client.connect()).rejects.toMatchObject({
      cause: { code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" },
    });
  });
});
