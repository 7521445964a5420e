import type { Vector } from "../catalogue/row.js";
import { credentialCanary } from "../surroundings/canaries.js";
import { frame, text } from "../surroundings/frames.js";
import { full, type UpgradeShape } from "../surroundings/upgrade-request.js";

export interface MountVector extends Vector {
  readonly path: string;
  readonly origin: string;
  readonly status: number;
}

const paths = ["/one", "/two"] as const;

/** Each mount has an origin of its own. Both are asked for in either order. */
export const mountedOrigins: readonly MountVector[] = [paths, [...paths].reverse()].flatMap((order, i) =>
  order.flatMap((path) =>
    ["https://one.example", "https://two.example", "https://three.example"].map((origin) => ({
      what: `${origin} at ${path}, in the order ${i + 1}`,
      path,
      origin,
      status: origin === `https://${path.slice(1)}.example` ? 101 : 403,
    })),
  ),
);

export interface HostVector extends Vector {
  readonly host: string;
  readonly origin: string;
  readonly status: number;
}

/** The server's public origin, where the Host of the request is not to be believed. */
export const publicOrigin = "https://live.example.com";

const rebound = [
  ...[
    "evil.example",
    "evil.example:8080",
    "127.0.0.1",
    "localhost",
    "169.254.169.254",
    "[::1]",
    "live.example.com.evil.com",
  ],
  ...["live.example.com:8443", "10.0.0.7:3000", "LIVE.EXAMPLE.COM.evil.com", "x".repeat(1_000)],
];

/** Hosts that were bound to the server's address, each with the origin of a page of that very host. */
export const forgedHosts: readonly HostVector[] = [
  ...rebound.flatMap((host) =>
    ["http", "https"].map((scheme) => ({
      what: `${scheme}, ${host.slice(0, 40)}`,
      host,
      origin: `${scheme}://${host}`,
      status: 403,
    })),
  ),
  ...[...rebound, "live.example.com"].map((host) => ({
    what: `the right origin, ${host.slice(0, 40)}`,
    host,
    origin: publicOrigin,
    status: 101,
  })),
];

/** A way in which a secret goes wrong: what is asked for, and what is then sent. */
export interface CanaryPath extends Vector {
  readonly shape: UpgradeShape;
  readonly sent: readonly Uint8Array[];
}

const canary = credentialCanary;
const withQuery = `GET /live?token=user:ada:${canary}&other=${canary} HTTP/1.1`;
const withSecrets: UpgradeShape = {
  line: withQuery,
  headers: [
    ["Cookie", `session=${canary}`],
    ["Authorization", `Bearer user:ada:${canary}`],
    ["X-Api-Key", canary],
    ["Referer", `https://app.example.com/?token=${canary}`],
  ],
};
const withMore = (...headers: NonNullable<UpgradeShape["headers"]>): UpgradeShape => ({
  ...withSecrets,
  headers: [...(withSecrets.headers ?? []), ...headers],
});
const hello = (data: object) =>
  text({ type: "$hello", data: { client: canary.padEnd(20, "x"), attempt: 1, rooms: [], ...data } });
const asFull = withMore(full);

/** Requests and messages that hold secrets, and end in every way there is. */
export const canaryPaths: readonly CanaryPath[] = [
  { what: "an upgrade that is accepted", shape: withSecrets, sent: [] },
  { what: "an upgrade of a foreign page", shape: withMore(["Origin", "https://evil.com"]), sent: [] },
  {
    what: "an upgrade to an unknown subprotocol",
    shape: withMore(["Sec-WebSocket-Protocol", "other"]),
    sent: [],
  },
  { what: "a malformed upgrade", shape: { ...withSecrets, without: ["Sec-WebSocket-Key"] }, sent: [] },
  { what: "an ordinary request", shape: { ...withSecrets, without: ["Upgrade", "Connection"] }, sent: [] },
  { what: "no HTTP", shape: { line: `${withQuery} x` }, sent: [] },
  { what: "a header that is too large", shape: withMore(["X-Large", "x".repeat(17_000)]), sent: [] },
  {
    what: "credentials that are refused",
    shape: { line: `GET /?token=bad:ada:${canary} HTTP/1.1` },
    sent: [],
  },
  {
    what: "credentials over which the application fails",
    shape: { line: `GET /?token=broken:ada:${canary} HTTP/1.1` },
    sent: [],
  },
  {
    what: "an escape that is none in the query",
    shape: { line: `GET /?token=%zz${canary}%E0%A4%A HTTP/1.1` },
    sent: [],
  },
  { what: "no JSON", shape: withSecrets, sent: [text(`{"token":"${canary}`)] },
  { what: "a binary message", shape: withSecrets, sent: [frame({ opcode: 2, payload: canary })] },
  { what: "a frame that is none", shape: withSecrets, sent: [frame({ rsv: 7, payload: canary })] },
  { what: "a type of that name", shape: withSecrets, sent: [text({ type: 5, data: canary })] },
  {
    what: "data that is wrong",
    shape: withSecrets,
    sent: [text({ type: "echo", id: 1, data: { token: canary } })],
  },
  { what: "a $hello that is accepted", shape: asFull, sent: [hello({ token: `user:ada:${canary}` })] },
  { what: "a $hello with refused credentials", shape: asFull, sent: [hello({ token: `bad:ada:${canary}` })] },
  {
    what: "a $hello over which the application fails",
    shape: asFull,
    sent: [hello({ token: `broken:ada:${canary}` })],
  },
  { what: "a $hello with a token that is none", shape: asFull, sent: [hello({ token: { secret: 1 } })] },
  { what: "a $hello that is too large", shape: asFull, sent: [hello({ token: canary.repeat(1_000) })] },
  {
    what: "a $hello of another user",
    shape: asFull,
    sent: [hello({ token: `user:ada:${canary}`, user: "eve" })],
  },
  {
    what: "two $hello",
    shape: asFull,
    sent: [hello({ token: `user:ada:${canary}` }), hello({ token: `user:ada:${canary}` })],
  },
  {
    what: "something else instead of $hello",
    shape: asFull,
    sent: [text({ type: "$token", data: { token: canary } })],
  },
  {
    what: "a new token that is refused",
    shape: asFull,
    sent: [hello({ token: "user:ada:x" }), text({ type: "$token", data: { token: `bad:ada:${canary}` } })],
  },
  { what: "a close reason", shape: withSecrets, sent: [frame({ opcode: 8, payload: "\x03\xe8bye" })] },
];

export interface EarlyVector extends Vector {
  readonly message: object;
  /** What becomes of a full peer that sends it before `$welcome`: the code, or undefined where it may. */
  readonly closes: number | undefined;
}

const early = (
  message: { readonly type: string; readonly [field: string]: unknown },
  closes?: number,
): EarlyVector => ({
  what: `${JSON.stringify(message)} before $welcome`,
  message,
  closes,
});

/** What comes before it is known who the peer is. */
export const earlyMessages: readonly EarlyVector[] = [
  early({ type: "take", data: 1 }, 1002),
  early({ type: "take", id: 1, data: 1 }, 1002),
  early({ type: "count", id: 1 }, 1002),
  early({ type: "say", room: "open/early", data: { text: "x" } }, 1002),
  early({ type: "typing", room: "open/early", data: { on: true } }, 1002),
  early({ type: "$leave", data: { room: "open/early" } }, 1002),
  early({ type: "$presence", data: { room: "open/early", state: {} } }, 1002),
  early({ type: "$token", data: { token: "user:eve:x" } }, 1002),
  early({ type: "$hello", data: {} }, 1002),
  early({ type: "$welcome", data: {} }, 1002),
  early({ type: "nobody-knows-it" }, 1002),
  early({ type: "$join", data: { room: "open/early" } }),
  early({ type: "$cancel", data: { id: 1 } }),
  early({ type: "ping" }),
  early({ type: "pong" }),
];

export interface IdentityVector extends Vector {
  /** Sent by a full peer that is the user "ada". */
  readonly message: object;
  readonly closes: number;
}

/** Attempts to become somebody else. */
export const identityChanges: readonly IdentityVector[] = [
  {
    what: "the same $hello again",
    message: { type: "$hello", data: { client: "x".repeat(16), attempt: 2, rooms: [] } },
    closes: 1002,
  },
  {
    what: "a $hello of another user",
    message: { type: "$hello", data: { client: "y".repeat(16), attempt: 1, token: "user:eve:x", rooms: [] } },
    closes: 1002,
  },
  { what: "a $hello that is none", message: { type: "$hello" }, closes: 1002 },
  {
    what: "a token of another user",
    message: { type: "$token", data: { token: "user:eve:x" } },
    closes: 1008,
  },
  {
    what: "a token of a user of another case",
    message: { type: "$token", data: { token: "user:Ada:x" } },
    closes: 1008,
  },
  {
    what: "a token of a user with a space",
    message: { type: "$token", data: { token: "user:ada :x" } },
    closes: 1008,
  },
  { what: "a token of no user", message: { type: "$token", data: { token: "user::x" } }, closes: 1008 },
  {
    what: "a token that is refused",
    message: { type: "$token", data: { token: "bad:ada:x" } },
    closes: 1008,
  },
];

export interface CredentialVector extends Vector {
  readonly token: string;
  readonly user: string;
  readonly ends: "expiry" | "disconnect" | "reauthorize";
}

/** How credentials end while they are in use. */
export const credentialChanges: readonly CredentialVector[] = (
  [
    ["expiry", "brief"],
    ["disconnect", "user"],
    ["reauthorize", "user"],
  ] as const
).flatMap(([ends, kind]) =>
  [1, 2, 3].map((i) => ({
    what: `${ends}, user ${i}`,
    token: `${kind}:${ends}-${i}:x`,
    user: `${ends}-${i}`,
    ends,
  })),
);
