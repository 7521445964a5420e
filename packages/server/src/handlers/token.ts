import { closeCodes } from "@tautline/protocol";
import { type Authenticated, authenticate } from "../connection/authentication.js";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { isRecord } from "../connection/protocol-data.js";
import { refusal } from "../refusal.js";
import { reauthorize } from "./reauthorize.js";

/** `$token`: new credentials, which must be of the same user. That they cannot be checked now ends nothing. */
export async function token(connection: LiveConnection, handling: Handling): Promise<void> {
  const { data } = handling.envelope;
  const credentials = isRecord(data) ? data.token : undefined;
  if (typeof credentials !== "string") {
    return handling.fail(refusal("BAD_ENVELOPE", { issues: [{ message: "data.token: expected a string" }] }));
  }
  try {
    const { clientId } = connection.peer;
    const authenticated = await authenticate(connection, { token: credentials, clientId });
    if (!connection.isOpen) return;
    if (authenticated?.user.id === connection.user) return renew(connection, handling, authenticated);
    const error = refusal(authenticated ? "USER_CHANGED" : "UNAUTHENTICATED");
    handling.fail(error);
    connection.close(closeCodes.policyViolation, error.message);
  } catch (error) {
    if (!connection.isOpen) return;
    connection.context.hooks.report("authenticate", error);
    handling.fail(refusal("UNAVAILABLE"));
  }
}

/** From now on the connection is this user's, until the new credentials end. What it may do is asked anew, room by room. */
function renew(connection: LiveConnection, handling: Handling, { user, expiresAtMs }: Authenticated): void {
  connection.peer = { ...connection.peer, user };
  connection.expireAt(expiresAtMs);
  handling.succeed();
  void reauthorize(connection);
}
