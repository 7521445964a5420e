import { mayHoldBytes, reviveBytes, stringify } from "@tautline/protocol";

/** What nodes tell each other, by kind. A new kind is a line here and a check below. */
export interface NodeMessages {
  /** A client has connected here: an older connection of it, on whichever node, is no longer its own. */
  readonly arrived: ClientAttempt;
  /** The answer to `arrived` where that one is the older: the client's newest connection is on this node. */
  readonly here: ClientAttempt;
  /** An event for every connection. */
  readonly broadcast: {
    readonly event: string;
    readonly data?: unknown;
    /** Ids of connections that are left out. */
    readonly except: readonly string[];
  };
  /** The application closes all connections of a user. */
  readonly "close-user": { readonly user: string; readonly code: number; readonly reason: string };
  /** A right may have been taken from a user. */
  readonly "reauthorize-user": { readonly user: string };
}

/** A connection of a client, by what may be told of it: never its secret id. */
interface ClientAttempt {
  readonly member: string;
  readonly attempt: number;
}

export type NodeMessageKind = keyof NodeMessages;

/** A message of one node to the others. */
export type NodeMessage = {
  readonly [K in NodeMessageKind]: {
    readonly kind: K;
    /** The node that sent it. */
    readonly node: string;
    readonly data: NodeMessages[K];
  };
}[NodeMessageKind];

/** Of the messages, not of the server: nodes of two versions may share a broker while one replaces the other. */
const version = 1;

/** What one message may take besides an event's own data. */
const frameBytes = 65_536;

const checks: { readonly [K in NodeMessageKind]: (data: Record<string, unknown>) => boolean } = {
  arrived: isClientAttempt,
  here: isClientAttempt,
  broadcast: ({ event, except }) => isText(event) && Array.isArray(except) && except.every(isText),
  "close-user": ({ user, code, reason }) => isText(user) && isCount(code) && isText(reason),
  "reauthorize-user": ({ user }) => isText(user),
};

/** The text of a message, for the broker; it notes whether there are bytes in it. Throws for data that JSON cannot say: it was checked before. */
export function encodeNodeMessage({ kind, node, data }: NodeMessage): string {
  const bytes = mayHoldBytes(data) || undefined;
  return stringify({ v: version, kind, node, bytes, data }) as string;
}

/**
 * The message that a payload holds; undefined for anything else, whoever wrote it: an unknown kind or version of a newer
 * node, another program on the same broker, an enemy. Never throws.
 *
 * @param maxBytes - the most that an event may have.
 */
export function decodeNodeMessage(payload: unknown, maxBytes: number): NodeMessage | undefined {
  const text = textOf(payload, maxBytes + frameBytes);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.v !== version || !isText(value.node)) return undefined;
  const { kind, node } = value;
  const data = value.bytes === true ? revived(value.data) : value.data;
  if (typeof kind !== "string" || !Object.hasOwn(checks, kind) || !isRecord(data)) return undefined;
  // Which check belongs to which data is what `checks` says; here it is one of them.
  return checks[kind as NodeMessageKind](data) ? ({ kind, node, data } as NodeMessage) : undefined;
}

/** Undefined for what nests deeper than a node would send it. */
function revived(data: unknown): unknown {
  try {
    return reviveBytes(data);
  } catch {
    return undefined;
  }
}

function textOf(payload: unknown, maxLength: number): string | undefined {
  if (payload instanceof Uint8Array && payload.byteLength <= maxLength)
    return new TextDecoder().decode(payload);
  return typeof payload === "string" && payload.length <= maxLength ? payload : undefined;
}

function isClientAttempt({ member, attempt }: Record<string, unknown>): boolean {
  return isText(member) && isCount(attempt);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
