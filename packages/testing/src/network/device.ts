import type { WebSocketConstructor } from "@tautline/protocol";
import type { Link } from "./link.js";
import type { Links } from "./links.js";
import { type Connect, VirtualWebSocket } from "./virtual-web-socket.js";

/** Where clients run: what a server sees of it. */
export interface DeviceOptions {
  /** @default "10.0.0.1", and so on */
  readonly remoteAddress?: string | undefined;
  /** Headers that it sends with each request, as `cookie` or `origin`. Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether its sockets have `terminate()`, as those of `ws` in Node have, and browsers' have not. @default false */
  readonly terminates?: boolean | undefined;
}

/** A machine on which clients run. */
export interface VirtualDevice {
  /** Hand this to the client in place of `WebSocket`. */
  readonly WebSocket: WebSocketConstructor;
  /** The living connections of the device. */
  readonly links: Links;
}

/** A class of sockets that connect so. */
export function webSocketClass(connect: Connect, terminates: boolean): WebSocketConstructor {
  class DeviceWebSocket extends VirtualWebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(connect, url, protocols);
    }
  }
  if (!terminates) return DeviceWebSocket;
  return class extends DeviceWebSocket {
    terminate(): void {
      this.cutOff();
    }
  };
}

/** The connection below a virtual socket. Throws for any other. */
export function linkOf(socket: unknown): Link {
  if (socket instanceof VirtualWebSocket) return socket.link;
  throw new TypeError("expected a socket of a virtual network");
}
