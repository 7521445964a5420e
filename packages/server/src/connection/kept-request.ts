import type { IncomingHttpHeaders } from "node:http";
import type { ConnectionRequest } from "../user.js";

/**
 * What is kept of a request for as long as its connection is open. The upgrade request itself would be a kilobyte and a half,
 * most of it headers that were answered by the handshake.
 */
export function keptRequest({ url, headers, remoteAddress }: ConnectionRequest): ConnectionRequest {
  const kept: IncomingHttpHeaders = {};
  for (const name of Object.keys(headers)) if (!isOfHandshake(name)) kept[name] = headers[name];
  return { url, headers: kept, remoteAddress };
}

/** [RFC 6455 §4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1). */
function isOfHandshake(name: string): boolean {
  return name === "upgrade" || name === "connection" || name.startsWith("sec-websocket-");
}
