import { closeCodes } from "@tautline/protocol";
import type { LiveConnection } from "../connection/connection.js";
import type { Handling } from "../connection/handling.js";
import { authenticate } from "../connection/handshake.js";
import { guestKeyOf } from "../connection/peer.js";
import { isRecord } from "../connection/protocol-data.js";
import { refusal } from "../refusal.js";

/** `$token`: new credentials, which must be of the same user. That they cannot be checked now ends nothing. */
export async function token(connection: LiveConnection, handling: Handling): Promise<void> {
  const { data } = handling.envelope;
  const credentials = isRecord(data) ? data.token : undefined;
  if (typeof credentials !== "string") {
    return handling.fail(refusal("BAD_ENVELOPE", { issues: [{ message: "data.token: expected a string" }] }));
  }
  try {
    const guestKey = guestKeyOf(connection.peer.clientId);
    const user = await authenticate(connection, { token: credentials, guestKey });
    if (!connection.isOpen) return;
    if (user?.id === connection.user) {
      connection.peer = { ...connection.peer, user };
      return handling.succeed();
    }
    handling.fail(refusal(user ? "USER_CHANGED" : "UNAUTHENTICATED"));
    connection.close(closeCodes.policyViolation, refusal(user ? "USER_CHANGED" : "UNAUTHENTICATED").message);
  } catch (error) {
    connection.context.hooks.report("authenticate", error);
    handling.fail(refusal("UNAVAILABLE"));
  }
}
