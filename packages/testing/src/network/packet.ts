import { type Frame, utf8Length } from "@tautline/protocol";

/** What passes over a connection. */
export type Packet =
  | { readonly kind: "request" }
  | { readonly kind: "accepted"; readonly protocol: string }
  | { readonly kind: "refused" }
  | { readonly kind: "message"; readonly data: string | Uint8Array; readonly byteLength: number }
  | { readonly kind: "ping" }
  | { readonly kind: "pong" }
  | { readonly kind: "close"; readonly code: number; readonly reason: string }
  | { readonly kind: "fin" };

/** About the size of an upgrade's request, or of its answer. */
const handshakeBytes = 200;

/** Bytes that it takes on the wire, without those of TCP and TLS: the header is that of a server's frame. */
export function bytesOf(packet: Packet): number {
  switch (packet.kind) {
    case "message":
      return packet.byteLength + (packet.byteLength < 126 ? 2 : packet.byteLength < 65_536 ? 4 : 10);
    case "close":
      return 4 + utf8Length(packet.reason);
    case "ping":
    case "pong":
      return 2;
    case "fin":
      return 0;
    case "request":
    case "accepted":
    case "refused":
      return handshakeBytes;
  }
}

/** The message that carries a frame. */
export function messageOf({ payload, byteLength }: Frame): Packet {
  return { kind: "message", data: payload, byteLength };
}
