import { addressKey } from "./address-key.js";

/** What is limited together: each connection, each user over all tabs and devices, or each address (IPv6 by /64). */
export type ThrottleBy = "connection" | "user" | "address";

/** Whom a message comes from. */
export interface ThrottleSubject {
  /** The connection's id. */
  readonly connection: string;
  /** The user's id, once it is known. */
  readonly user?: string | undefined;
  /** As `socket.remoteAddress` gives it. */
  readonly address?: string | undefined;
}

/** The key under which a message is counted. By user, as long as nobody is authenticated, it is the connection's. */
export function throttleKey(by: ThrottleBy, subject: ThrottleSubject): string {
  if (by === "address") return `address ${addressKey(subject.address)}`;
  if (by === "user" && subject.user !== undefined) return `user ${subject.user}`;
  return `connection ${subject.connection}`;
}
