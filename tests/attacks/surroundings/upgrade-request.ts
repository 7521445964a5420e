/** A request for an upgrade, as an attacker builds it: whatever is not said is as a well-behaved client has it. */
export interface UpgradeShape {
  /** The request line. @default GET / */
  readonly line?: string;
  /** Headers, in order; a name may come twice. Those of `without` are left out. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly without?: readonly string[];
  /** What follows the header. */
  readonly body?: string;
}

const ordinary: readonly (readonly [string, string])[] = [
  ["Host", "localhost"],
  ["Upgrade", "websocket"],
  ["Connection", "Upgrade"],
  ["Sec-WebSocket-Version", "13"],
  ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
];

/** The bytes of an upgrade request. */
export function upgradeRequest({
  line = "GET / HTTP/1.1",
  headers = [],
  without = [],
  body = "",
}: UpgradeShape = {}): string {
  const all = [...ordinary.filter(([name]) => !without.includes(name)), ...headers];
  return `${[line, ...all.map(([name, value]) => `${name}: ${value}`)].join("\r\n")}\r\n\r\n${body}`;
}

/** The subprotocol of a full peer. */
export const full = ["Sec-WebSocket-Protocol", "tautline.v1.json"] as const;
