import { type Clock, jsonCodec, limits, type Transport } from "@tautline/protocol";
import { Links } from "./links.js";

/**
 * What becomes of new connections: they are `served`; `refused`, as where nobody listens; `ignored`, so that the attempt never
 * ends by itself; or `muted`: the socket opens, and nothing ever comes (a captive portal).
 */
export type Admission = "served" | "refused" | "ignored" | "muted";

/** How a connection came in, as `server.accept` takes it. */
export interface VirtualRequest {
  /** Path and query. */
  readonly url: string;
  readonly headers: { readonly host: string; readonly [name: string]: string | undefined };
  readonly remoteAddress: string;
}

/** Takes a connection, as by `server.accept(transport, request)`. */
export type Accept = (transport: Transport, request: VirtualRequest) => void;

/** How a listener takes connections. */
export interface VirtualListenOptions {
  /** The subprotocols that it speaks. Who connects chooses, by what it offers first. @default those of JSON */
  readonly protocols?: readonly string[] | undefined;
  /** Whether sockets that offer no subprotocol are taken. @default true */
  readonly plain?: boolean | undefined;
  /** The greatest message, in bytes: a larger one is closed with 1009. @default 65536 */
  readonly messageBytes?: number | undefined;
}

/** Where servers are reached. */
export class Listener {
  /** What becomes of new connections. */
  admission: Admission = "served";
  /** The living connections that came in here. */
  readonly links: Links;
  /** @internal */
  readonly accept: Accept;
  /** @internal */
  readonly messageBytes: number;
  readonly #protocols: readonly string[];
  readonly #takesPlain: boolean;
  readonly #close: () => void;

  /** @internal */
  constructor(clock: Clock, accept: Accept, options: VirtualListenOptions, close: () => void) {
    this.links = new Links(clock);
    this.accept = accept;
    this.messageBytes = options.messageBytes ?? limits.messageBytes;
    this.#protocols = options.protocols ?? [jsonCodec.subprotocol];
    this.#takesPlain = options.plain ?? true;
    this.#close = close;
  }

  /** Takes no new connections: they are refused, until another server listens here. Those that are open live on. */
  close(): void {
    this.#close();
  }

  /**
   * As if the server's process were killed: closes, the clients' sockets are cut, and the server hears nothing more, not even
   * that. Listen anew with another server for a restart without memory, with the same one for one with it.
   */
  crash(): void {
    this.close();
    for (const link of this.links) {
      link.toServer.kill();
      link.cut({ serverAfterMs: Infinity });
    }
  }

  /** The subprotocol for what was offered; undefined: refused. @internal */
  protocolFor(offered: readonly string[]): string | undefined {
    if (offered.length === 0) return this.#takesPlain ? "" : undefined;
    return offered.find((name) => this.#protocols.includes(name));
  }
}
