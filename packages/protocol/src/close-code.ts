/**
 * The codes a connection is closed with. 1000–1015 are those of
 * [RFC 6455 §7.4.1](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1), 44xx are ours.
 */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  noStatus: 1005,
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  serverError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  serverBrokeProtocol: 4400,
  helloTimeout: 4408,
  replaced: 4409,
  tooSlow: 4410,
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
