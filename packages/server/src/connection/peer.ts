import type { UserIdentity } from "../user.js";

/** Who is behind an admitted connection. */
export interface Peer {
  readonly clientId: string;
  readonly attempt: number;
  readonly member: string;
  readonly user: UserIdentity;
}

/** Who is behind a connection that was not admitted yet. */
export const nobody: Peer = { clientId: "", attempt: 0, member: "", user: { id: "" } };
