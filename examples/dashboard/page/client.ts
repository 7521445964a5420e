import { createClient } from "@tautline/client";
import { dashboard, type Kind } from "../src/contract.js";

const url = new URL("/live", location.href);
url.protocol = url.protocol === "https:" ? "wss:" : "ws:";

export const client = createClient(dashboard, { url: url.href });

export function roomOf(kind: Kind) {
  return client.room("metrics/:kind", { kind });
}
