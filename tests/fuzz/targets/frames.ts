import { closeCodes } from "@tautline/protocol";
import { VirtualClock } from "@tautline/testing";
import { Diagnostics } from "../../../packages/server/src/diagnostics/diagnostics.js";
import { noLimitTotals } from "../../../packages/server/src/limits/limit-catalogue.js";
import { originPolicy } from "../../../packages/server/src/transport/origin.js";
import { Upgrades } from "../../../packages/server/src/transport/upgrades.js";
import { check, type Target } from "../engine/target.js";
import { clientFrames, joined, textFrame } from "../inputs/client-frames.js";
import { jsonFrames } from "../inputs/golden-frames.js";
import { chunksOf, feed, MemorySocket, turns } from "../world/memory-socket.js";

const messageBytes = 1_000;

/** The bytes of a socket after its upgrade: whatever they are, and in whichever chunks they come, the same is told of them. */
export const target: Target = {
  name: "frames",
  covers: ["server/src/transport/unfinished-message.ts"],
  leastBranches: 0.95,
  words: ["\x81\x80", "\x88\x82", "\x89\x80", "\x01\x80", "\x00\x80", "\x80\x80", "\xff", "\x82\x84"],
  seeds: () => [
    joined(jsonFrames.slice(0, 4).map(textFrame)),
    joined([textFrame("a"), textFrame("b".repeat(200))]),
  ],
  structured: clientFrames,
  async run(input) {
    const whole = await toldOf([input]);
    const parts = await toldOf(chunksOf(input));
    check(JSON.stringify(parts) === JSON.stringify(whole), `expected ${whole.join()}, got ${parts.join()}`);
    const ends = whole.filter((told) => told.startsWith("closed"));
    check(ends.length === 1 && whole.at(-1) === ends[0], `expected one end, last, got ${whole.join()}`);
  },
};

const endings = new Set<number>(Object.values(closeCodes));

/** What a transport tells of these bytes, its end included. */
async function toldOf(chunks: readonly Uint8Array[]): Promise<readonly string[]> {
  const told: string[] = [];
  const clock = new VirtualClock();
  const log = () => undefined;
  const upgrades = new Upgrades({
    subprotocols: [],
    plain: true,
    origin: originPolicy("any", undefined, false),
    compression: false,
    peerAddress: (address) => address,
    limits: { messageBytes, fragments: 8 },
    deadlines: { closeMs: 1, messageMs: 1_000 },
    clock,
    diagnostics: new Diagnostics("node", { limits: noLimitTotals() }),
    log,
    whyClosed: () => undefined,
    accept: (transport) =>
      transport.start({
        message: (data) => {
          const { length } = data;
          check(length <= messageBytes, `expected at most ${messageBytes} bytes, got ${length}`);
          told.push(`message ${typeof data === "string" ? data : Buffer.from(data).toString("hex")}`);
        },
        alive: () => told.push("alive"),
        drained: () => undefined,
        closed: (code) => {
          // Not ours is what the peer said, or nobody.
          check(endings.has(code) || (code >= 1000 && code < 5000), `expected a close code, got ${code}`);
          told.push(`closed ${code}`);
        },
      }),
  });
  const socket = new MemorySocket();
  const headers = {
    upgrade: "websocket",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  };
  upgrades.handle(
    { method: "GET", url: "/", httpVersion: "1.1", headers, socket } as never,
    socket,
    new Uint8Array(),
  );
  await turns(2);
  await feed(socket, chunks);
  await turns(2);
  if (!socket.destroyed) socket.push(null);
  // A close frame that nobody answers is waited for in vain.
  for (let n = 0; n < 5_000 && !told.at(-1)?.startsWith("closed"); n++)
    await new Promise((resolve) => setTimeout(resolve, 1));
  return told;
}
