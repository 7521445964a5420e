/** One row of the catalogue. */
export interface ErrorCodeEntry {
  /** The sentence that travels beside the code. For people: programs look at the code. */
  readonly text: string;
  /** Whether the same call may succeed later without any change. */
  readonly retryable: boolean;
  /** Whether it travels on the wire; the others are thrown where they arise. */
  readonly onWire: boolean;
}

/** Every error of the library, by code. Codes are never reused for another meaning. */
export const errorCatalogue = {
  BAD_JSON: { text: "Invalid JSON format", retryable: false, onWire: true },
  BAD_ENVELOPE: { text: "Invalid message structure", retryable: false, onWire: true },
  UNKNOWN_TYPE: { text: "Invalid message type", retryable: false, onWire: true },
  BAD_DATA: { text: "Invalid message data", retryable: false, onWire: true },
  UNAUTHENTICATED: { text: "Invalid authentication token", retryable: false, onWire: true },
  FORBIDDEN: { text: "Insufficient permissions", retryable: false, onWire: true },
  RATE_LIMITED: { text: "Rate limit exceeded", retryable: true, onWire: true },
  UNKNOWN_ROOM: { text: "No room of this name", retryable: false, onWire: true },
  NOT_A_MEMBER: { text: "Join the room first", retryable: false, onWire: true },
  TOO_MANY_ROOMS: { text: "Too many rooms joined", retryable: false, onWire: true },
  TOO_LARGE: { text: "Message too large", retryable: false, onWire: true },
  BUSY: { text: "Too many unanswered messages", retryable: true, onWire: true },
  UNAVAILABLE: { text: "Service unavailable", retryable: true, onWire: true },
  TIMEOUT: { text: "No answer in time", retryable: true, onWire: true },
  CANCELLED: { text: "Cancelled", retryable: false, onWire: true },
  DROPPED: { text: "Dropped by the queue's policy", retryable: true, onWire: false },
  USER_CHANGED: { text: "The connection now belongs to another user", retryable: false, onWire: true },
  HANDLER_FAILED: { text: "The handler failed", retryable: false, onWire: true },
  OUTCOME_UNKNOWN: {
    text: "It is not known whether the message was handled",
    retryable: false,
    onWire: true,
  },
  TOO_MANY_CONNECTIONS: { text: "Too many connections", retryable: true, onWire: true },
  CLOSED: { text: "The connection is closed", retryable: false, onWire: true },
  APP: { text: "Refused by the application", retryable: false, onWire: true },
  UNKNOWN_CODE: { text: "An error of a code this version does not know", retryable: false, onWire: false },
  INVALID_OPTION: { text: "Invalid option", retryable: false, onWire: false },
  INVALID_CONTRACT: { text: "Invalid contract", retryable: false, onWire: false },
  ADDRESS_IN_USE: { text: "The address is in use", retryable: true, onWire: false },
} as const;

/** Whether `code` is one that travels: false for those of this process alone, and for whatever a peer made up. */
export function isWireCode(code: unknown): code is ErrorCode {
  // `hasOwn`: a peer may well send "constructor".
  return (
    typeof code === "string" &&
    Object.hasOwn(errorCatalogue, code) &&
    errorCatalogue[code as ErrorCode].onWire
  );
}

/** A code of {@link errorCatalogue}. */
export type ErrorCode = keyof typeof errorCatalogue;
