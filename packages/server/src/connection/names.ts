import { createHash } from "node:crypto";
import type { Random } from "@tautline/protocol";

/** A client's public name in rooms: a hash, from which its secret client id cannot be found. */
export function memberOf(clientId: string): string {
  return hash("member", clientId);
}

/** A stable name for a guest: nobody can take it who does not know the client id, also not from the member's name. */
export function guestKeyOf(clientId: string): string {
  return hash("guest", clientId);
}

/** 128 random bits, base64url. */
export function randomName(random: Random): string {
  return Buffer.from(random.bytes(16)).toString("base64url");
}

function hash(purpose: string, clientId: string): string {
  return createHash("sha256")
    .update(`tautline ${purpose} ${clientId}`)
    .digest()
    .subarray(0, 16)
    .toString("base64url");
}
