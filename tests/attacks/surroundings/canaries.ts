// Secrets that are planted in a scene, each recognisable wherever it turns up.

/** In every token, cookie, header and client id of honest clients and, where a row says so, of attackers. */
export const credentialCanary = "canary-credential-5f1d7c";

/** In the text of whatever the application throws. The server's own log may tell it; no peer may be told. */
export const internalCanary = "canary-internal-93b0ae";

/** In what is said in a private room, and in the data of messages. */
export const dataCanary = "canary-data-c2e846";
