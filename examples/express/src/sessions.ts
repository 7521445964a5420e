import { randomBytes } from "node:crypto";

/** Who is logged in. The id is what others in a room see. */
export interface User {
  readonly id: string;
}

/** The name of the cookie that holds a session's secret. */
export const cookieName = "session";

const lifetimeMs = 12 * 3_600_000;
const mostSessions = 10_000;

/** Sessions in memory: for an example. A real app has them in its database, so that they outlive the process. */
export class Sessions {
  readonly #sessions = new Map<string, { readonly user: User; readonly endsAt: number }>();

  /** @returns the secret for the cookie. */
  begin(user: User): string {
    const secret = randomBytes(24).toString("base64url");
    this.#sessions.set(secret, { user, endsAt: Date.now() + lifetimeMs });
    // The oldest goes first: a Map keeps the order in which they came.
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= mostSessions) break;
      this.#sessions.delete(oldest);
    }
    return secret;
  }

  /** Who a request comes from, by its `Cookie` header: the same for a page and for a WebSocket. */
  userOf(cookies: string | undefined): User | null {
    const secret = secretIn(cookies);
    const session = secret === undefined ? undefined : this.#sessions.get(secret);
    return session && session.endsAt > Date.now() ? session.user : null;
  }

  end(cookies: string | undefined): void {
    const secret = secretIn(cookies);
    if (secret !== undefined) this.#sessions.delete(secret);
  }
}

function secretIn(cookies: string | undefined): string | undefined {
  const mine = cookies?.split(/; */).find((cookie) => cookie.startsWith(`${cookieName}=`));
  return mine?.slice(cookieName.length + 1);
}
