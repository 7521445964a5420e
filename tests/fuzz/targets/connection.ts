import { closeCodes, errorCatalogue } from "@tautline/protocol";
import fc from "fast-check";
import { check, type Target } from "../engine/target.js";
import { clientFrames, joined, textFrame } from "../inputs/client-frames.js";
import { hostileEnvelope, protocolWords } from "../inputs/hostile-envelope.js";
import { recordedFrames } from "../inputs/recorded-frames.js";
import { ChatServer } from "../world/chat-server.js";
import { chunksOf, feed, turns } from "../world/memory-socket.js";
import { serverFrames } from "../world/server-frames.js";

const request = (subprotocol: string): Uint8Array =>
  Buffer.from(
    `GET /live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${subprotocol}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
const requests = [
  request(""),
  request("Sec-WebSocket-Protocol: tautline.v1.json\r\n"),
  request("Sec-WebSocket-Protocol: tautline.v1.msgpack\r\n"),
];

const hello = textFrame({
  type: "$hello",
  data: { client: "0123456789abcdef0123456789abcdef", attempt: 1, rooms: [{ room: "chat/lobby" }] },
});
const codes = new Set<number>(Object.values(closeCodes));

/** A whole connection, from its upgrade on: the first byte says which subprotocol is offered, the others are what follows. */
export const target: Target = {
  name: "connection",
  covers: [
    "server/src/connection/receive.ts",
    "server/src/connection/protocol-data.ts",
    "server/src/connection/handshake.ts",
    "server/src/connection/dispatch.ts",
    "server/src/handlers/",
  ],
  words: protocolWords,
  seeds: async () => {
    const { fromClient } = await recordedFrames();
    return fromClient.map((frames) => joined([Uint8Array.of(1), ...frames.map(textFrame)]));
  },
  structured: fc.oneof(
    fc.tuple(fc.nat(2), clientFrames).map(([kind, frames]) => joined([Uint8Array.of(kind), frames])),
    fc
      .array(hostileEnvelope, { maxLength: 6 })
      .map((envelopes) => joined([Uint8Array.of(1), hello, ...envelopes.map(textFrame)])),
  ),
  async run(input) {
    const world = new ChatServer();
    const socket = world.connect();
    const bytes = joined([
      requests[(input[0] ?? 0) % requests.length] ?? new Uint8Array(),
      input.subarray(1),
    ]);
    await feed(socket, chunksOf(bytes));
    await turns(3);
    await world.clock.settle();
    const { closeCode, envelopes } = serverFrames(socket.written);
    if (closeCode !== undefined)
      check(isKnown(closeCode, input), `expected a close code of the catalogue, got ${closeCode}`);
    for (const { error } of envelopes) {
      if (error)
        check(
          Object.hasOwn(errorCatalogue, error.code),
          `expected an error of the catalogue, got ${error.code}`,
        );
    }
    await world.end(socket);
  },
};

/** Those of the catalogue, and what the peer itself has said. */
function isKnown(code: number, input: Uint8Array): boolean {
  return codes.has(code) || Buffer.from(input).includes(0x88) || code === 1002;
}
