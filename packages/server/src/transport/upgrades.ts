import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock, Transport } from "@tautline/protocol";
import { type Server, WebSocketServer } from "ws";
import type { Flooded } from "../connection/arrivals.js";
import type { Diagnostics } from "../diagnostics/diagnostics.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings.js";
import type { ConnectionRequest } from "../user.js";
import { type Compression, deflatedWire, deflateNegotiation, readsOurWindow } from "./deflated-wire.js";
import { type OriginPolicy, whyForeign } from "./origin.js";
import { OwnedWebSocket } from "./owned-web-socket.js";
import { refuseUpgrade } from "./refuse-upgrade.js";
import type { PeerAddress } from "./trust-proxy.js";
import { plainWire, type WireFormat } from "./wire-frame.js";
import { type ReadingLimits, WsTransport } from "./ws-transport.js";

export interface UpgradesOptions {
  /** What the server speaks. */
  readonly subprotocols: readonly string[];
  /** Whether peers without a subprotocol are admitted. */
  readonly plain: boolean;
  readonly origin: OriginPolicy;
  /** Whether and how messages are compressed for peers that offer it. */
  readonly compression: Compression | false;
  readonly peerAddress: PeerAddress;
  readonly limits: Pick<Settings["limits"], "messageBytes" | "fragments">;
  readonly deadlines: Pick<Settings["deadlines"], "closeMs" | "messageMs">;
  readonly clock: Clock;
  readonly diagnostics: Diagnostics;
  readonly log: Log;
  /** Why nobody, or nobody from this address, is let in now; undefined: the server is open. */
  readonly whyClosed: (address: string) => Flooded | undefined;
  readonly accept: (transport: Transport, request: ConnectionRequest) => void;
}

/** Why an upgrade is refused. */
interface RefusedUpgrade extends Flooded {
  readonly status: number;
}

/** Makes WebSockets of HTTP upgrades, or refuses them with a status and a reason. */
export class Upgrades {
  readonly #options: UpgradesOptions;
  readonly #wss: Server<typeof OwnedWebSocket>;
  readonly #compressed: WireFormat;
  readonly #reading: ReadingLimits;

  constructor(options: UpgradesOptions) {
    const { compression } = options;
    this.#options = options;
    this.#compressed = compression ? deflatedWire(compression) : plainWire;
    const { clock, diagnostics, deadlines } = options;
    this.#reading = {
      now: () => clock.monotonic(),
      nextTurn: (callback) => clock.immediate(callback),
      messageMs: deadlines.messageMs,
      reached: (limit) => diagnostics.limit(limit),
    };
    // Missing in the types of `ws`. Where the connection waits as well, its own deadline has to come first: it is counted.
    const closing = { closeTimeout: options.deadlines.closeMs + 100 };
    this.#wss = new WebSocketServer({
      ...closing,
      WebSocket: OwnedWebSocket,
      noServer: true,
      clientTracking: false,
      perMessageDeflate: compression ? deflateNegotiation : false,
      maxPayload: options.limits.messageBytes,
      maxFragments: options.limits.fragments,
      // A peer says what it prefers by the order. Ours is given back: one string for all connections.
      handleProtocols: (offered) => {
        for (const name of offered) {
          const ours = options.subprotocols.find((subprotocol) => subprotocol === name);
          if (ours !== undefined) return ours;
        }
        return false;
      },
    });
  }

  handle(request: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    // Before anything else: an `error` event that nobody listens to ends the process.
    socket.on("error", destroyed);
    const remoteAddress = this.#addressOf(request);
    const refused = this.#whyRefused(request, remoteAddress);
    if (refused) return this.#refuse(socket, refused);
    this.#wss.handleUpgrade(request, socket, Buffer.from(head), (ws) => {
      // `ws` has its own listener by now.
      socket.removeListener("error", destroyed);
      const { url = "/", headers } = request;
      const offer = headers["sec-websocket-extensions"] ?? "";
      // No other extension is ever negotiated.
      const wire = ws.extensions !== "" && readsOurWindow(offer) ? this.#compressed : plainWire;
      const transport = new WsTransport(ws, socket, { reading: this.#reading, wire });
      this.#options.accept(transport, { url, headers, remoteAddress, raw: request });
    });
  }

  #addressOf({ socket, headers }: IncomingMessage): string {
    // Node joins several of them by commas; its types allow for a list.
    const header = headers["x-forwarded-for"]?.toString();
    return this.#options.peerAddress(socket.remoteAddress ?? "", header);
  }

  #whyRefused({ headers, httpVersion }: IncomingMessage, address: string): RefusedUpgrade | undefined {
    const { origin, subprotocols, plain, whyClosed } = this.#options;
    const closed = whyClosed(address);
    if (closed) return { status: 503, ...closed };
    // `ws` takes 8 as well, an old draft in which pages name their origin by another header.
    if (httpVersion !== "1.1" || headers["sec-websocket-version"] !== "13")
      return { status: 400, reason: "expected HTTP/1.1 and Sec-WebSocket-Version: 13" };
    const foreign = whyForeign(headers.origin, headers.host, origin);
    if (foreign !== undefined) return { status: 403, reason: foreign };
    const offered = headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim());
    const known = subprotocols.join(", ");
    if (offered && !offered.some((name) => subprotocols.includes(name))) {
      return { status: 400, reason: `expected the subprotocol ${known}, or none` };
    }
    if (!offered && !plain)
      return { status: 400, reason: `expected the subprotocol ${known}: see the option 'plain'` };
    return undefined;
  }

  #refuse(socket: Duplex, { status, reason, retryAfterMs }: RefusedUpgrade): void {
    this.#options.log({ level: "warn", event: "upgrade.refused", status, reason });
    this.#options.diagnostics.upgradeRefused(status, reason);
    refuseUpgrade(socket, status, reason, retryAfterMs);
  }
}

/** A function that all sockets share: one of each would keep its request for as long as the socket lives. */
function destroyed(this: Duplex): void {
  this.destroy();
}
