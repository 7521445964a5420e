import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Transport } from "@tautline/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import { publishRefusedUpgrade } from "../diagnostics.js";
import type { Log } from "../log.js";
import type { ConnectionRequest } from "../user.js";
import { type Compression, deflatedWire, deflateNegotiation, readsOurWindow } from "./deflated-wire.js";
import { type OriginPolicy, whyForeign } from "./origin.js";
import { refuseUpgrade } from "./refuse-upgrade.js";
import { plainWire, type WireFormat } from "./wire-frame.js";
import { WsTransport } from "./ws-transport.js";

export interface UpgradesOptions {
  /** What the server speaks. */
  readonly subprotocols: readonly string[];
  /** Whether peers without a subprotocol are admitted. */
  readonly plain: boolean;
  readonly origin: OriginPolicy;
  /** The greatest message of a peer, in bytes. */
  readonly messageBytes: number;
  /** Whether and how messages are compressed for peers that offer it. */
  readonly compression: Compression | false;
  /** How long a closing handshake may take, in milliseconds. */
  readonly closeMs: number;
  readonly log: Log;
  /** Why nobody is let in now; undefined: the server is open. */
  readonly whyClosed: () => string | undefined;
  readonly accept: (transport: Transport, request: ConnectionRequest) => void;
}

/** Makes WebSockets of HTTP upgrades, or refuses them with a status and a reason. */
export class Upgrades {
  readonly #options: UpgradesOptions;
  readonly #wss: WebSocketServer;
  readonly #compressed: WireFormat;

  constructor(options: UpgradesOptions) {
    const { compression } = options;
    this.#options = options;
    this.#compressed = compression ? deflatedWire(compression) : plainWire;
    // Missing in the types of `ws`.
    const closing = { closeTimeout: options.closeMs };
    this.#wss = new WebSocketServer({
      ...closing,
      noServer: true,
      clientTracking: false,
      perMessageDeflate: compression ? deflateNegotiation : false,
      maxPayload: options.messageBytes,
      // A message of the greatest size, byte by byte, costs a peer more than us; anything beyond is an attack.
      maxFragments: 1_024,
      // A peer says what it prefers by the order.
      handleProtocols: (offered) => [...offered].find((name) => options.subprotocols.includes(name)) ?? false,
    });
  }

  handle(request: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    // Before anything else: an `error` event that nobody listens to ends the process.
    socket.on("error", () => socket.destroy());
    const refused = this.#whyRefused(request);
    if (refused) return this.#refuse(socket, refused.status, refused.reason);
    this.#wss.handleUpgrade(request, socket, Buffer.from(head), (ws: WebSocket) => {
      const { url = "/", headers } = request;
      const remoteAddress = request.socket.remoteAddress ?? "";
      const offer = headers["sec-websocket-extensions"] ?? "";
      // No other extension is ever negotiated.
      const wire = ws.extensions !== "" && readsOurWindow(offer) ? this.#compressed : plainWire;
      this.#options.accept(new WsTransport(ws, socket, wire), { url, headers, remoteAddress, raw: request });
    });
  }

  #whyRefused({
    headers,
  }: IncomingMessage): { readonly status: number; readonly reason: string } | undefined {
    const { origin, subprotocols, plain, whyClosed } = this.#options;
    const closed = whyClosed();
    if (closed !== undefined) return { status: 503, reason: closed };
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

  #refuse(socket: Duplex, status: number, reason: string): void {
    this.#options.log({ level: "warn", event: "upgrade.refused", status, reason });
    publishRefusedUpgrade(status, reason);
    refuseUpgrade(socket, status, reason);
  }
}
