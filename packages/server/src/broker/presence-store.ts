import type { MaybePromise, PresenceMember } from "@tautline/protocol";
import type { Subscription } from "./broker.js";

/** One connection's word that a member is in a room. The member is there as long as one of its leases is. */
export interface PresenceLease {
  readonly room: string;
  /** The connection's id, unique over all nodes. */
  readonly connection: string;
  /** The node that holds the connection and renews its leases. */
  readonly node: string;
  /** Grows with each connection of a member: what an older one still sets may come after what a newer one has set. */
  readonly attempt: number;
  /** The member as others shall see it: of its leases the one of the greatest attempt counts, among equals the one set last. */
  readonly entry: PresenceMember;
}

/** How who is in a room has changed. */
export type PresenceChange =
  | { readonly kind: "set"; readonly entry: PresenceMember }
  | { readonly kind: "left"; readonly member: string };

/** Who is in which room, over all nodes. */
export interface PresenceStore {
  /**
   * How long a lease lives without {@link renew}, in milliseconds. A node renews three times within it. At most 25 seconds
   * shall it be: within half a minute of any crash everyone knows who is left. Undefined: leases end only by
   * {@link remove}, because this store ends together with its only node.
   */
  readonly leaseMs: number | undefined;
  /** Adds a lease, or replaces the one of the same room and connection. What is told is the member's entry that counts then. */
  set(lease: PresenceLease): MaybePromise<void>;
  /** Ends a lease. Unknown ones are ignored. Where another of the member's leases counts from now on, its entry is told. */
  remove(room: string, connection: string): MaybePromise<void>;
  /** Renews every lease of a node. */
  renew(node: string): MaybePromise<void>;
  /** Everyone in a room, each member once. */
  list(room: string): MaybePromise<readonly PresenceMember[]>;
  /** From the moment this returns (or resolves) on, every change is told: also the end of a lease whose node died. */
  watch(room: string, changed: (change: PresenceChange) => void): MaybePromise<Subscription>;
}
