/**
 * The codes a connection is closed with. 1000–1015 are those of
 * [RFC 6455 §7.4.1](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1), 44xx are ours.
 */
export const closeCodes = {
  /** Either side is done. */
  normal: 1000,
  /** The page was left, or the server goes away. */
  goingAway: 1001,
  /** The handshake or the framing was broken. */
  protocolError: 1002,
  /** A binary message where text is spoken. */
  unsupportedData: 1003,
  /** Closed without a code. Never sent. */
  noStatus: 1005,
  /** Cut without goodbye. Never sent. */
  abnormal: 1006,
  /** Text that is not UTF-8. */
  invalidPayload: 1007,
  /** Refused, or sent away, by the application. */
  policyViolation: 1008,
  /** A message larger than the receiver takes. */
  messageTooBig: 1009,
  /** The server failed. */
  serverError: 1011,
  /** The server is about to start again. */
  serviceRestart: 1012,
  /** Overloaded, too many connections, or it cannot be said who the client is. */
  tryAgainLater: 1013,
  /** From a client: the server broke the protocol. */
  serverBrokeProtocol: 4400,
  /** No `$hello` in time. */
  helloTimeout: 4408,
  /** The same client id connected again. */
  replaced: 4409,
  /** Too much waited to be sent to the peer. */
  tooSlow: 4410,
  /** Kept sending beyond its rate limit. */
  rateLimited: 4429,
} as const;

/** One of {@link closeCodes}. */
export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];

/**
 * Whether a client should come back after this close. False where connecting again would meet the same end; true for every
 * code that is not listed here, so that codes of proxies and of later versions do not strand anyone.
 *
 * 1008 is among the final ones although a client asks its token provider once more before it stays closed.
 */
export function isRetryable(code: number): boolean {
  return !final.includes(code);
}

/**
 * `normal`, `protocolError`, `unsupportedData`, `invalidPayload`, `policyViolation`, `messageTooBig`,
 * `serverBrokeProtocol`, `replaced`: as numbers, so that a bundle with {@link isRetryable} need not carry all names.
 */
const final = [1000, 1002, 1003, 1007, 1008, 1009, 4400, 4409];
