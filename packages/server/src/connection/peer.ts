import { hash as digest } from "node:crypto";
import { closeCodes, isRetryable } from "@tautline/protocol";
import type { UserIdentity } from "../user.js";

/** Who is behind an admitted connection. */
export interface Peer {
  /** A secret between the client and us. */
  readonly clientId: string;
  readonly attempt: number;
  /** The client's public name in rooms. */
  readonly member: string;
  readonly user: UserIdentity;
}

/** Who is behind a connection that was not admitted yet. */
export const nobody: Peer = { clientId: "", attempt: 0, member: "", user: { id: "" } };

/**
 * A client's public name in rooms: a hash, from which its secret client id cannot be found. Under another user it is another
 * client: whoever has stolen the id can neither take its owner's place nor its name.
 */
export function memberOf(clientId: string, user: string): string {
  return hash("member", JSON.stringify([clientId, user]));
}

/** A stable name for a guest: nobody can take it who does not know the client id, also not from the member's name. */
export function guestKeyOf(clientId: string): string {
  return hash("guest", clientId);
}

function hash(purpose: string, text: string): string {
  return digest("sha256", `tautline ${purpose} ${text}`, "buffer").toString("base64url", 0, 16);
}

/**
 * Whether the client may be back in a moment, seen by how its connection ended. A plain peer would come back as another
 * member.
 */
export function mayReturn(kind: "full" | "plain", code: number | undefined): boolean {
  if (kind === "plain" || code === undefined || code === closeCodes.goingAway) return false;
  return isRetryable(code) || code === closeCodes.replaced;
}
