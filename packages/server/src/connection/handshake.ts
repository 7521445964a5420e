import {
  closeCodes,
  type Envelope,
  type Frame,
  type JoinRefusal,
  type JoinRequest,
  type JoinResult,
  type MaybePromise,
  type Result,
  TautlineError,
  toWire,
} from "@tautline/protocol";
import { failureForPeer } from "../handlers/error-for-peer.js";
import { admitToRoom } from "../handlers/join.js";
import { isTautlineError } from "../is-tautline-error.js";
import { caught, whenReady } from "../maybe-promise.js";
import { announceArrival, replace } from "../node/takeover.js";
import { refusal } from "../refusal.js";
import { ownStream } from "../room/own-stream.js";
import type { Joining } from "../room/registry.js";
import type { UserIdentity } from "../user.js";
import { type Authenticated, authenticate } from "./authentication.js";
import type { LiveConnection } from "./connection.js";
import { withDeadline } from "./deadline.js";
import { memberOf } from "./peer.js";
import { followOwnStream } from "./plain-events.js";
import { checkHello } from "./protocol-data.js";

/** What a peer says of itself. */
interface Introduction {
  readonly clientId: string;
  readonly attempt: number;
  /** The last attempt that the client was welcomed on, or 0. */
  readonly welcomed: number;
  readonly token: string | undefined;
  /** Who the client was before. */
  readonly user?: string | undefined;
  readonly rooms: readonly JoinRequest[];
}

/** What became of a room of `$hello`. */
type RoomOutcome = { readonly entry: JoinResult | JoinRefusal; readonly joining?: Joining };

/** Takes a full peer's `$hello`: PROTOCOL.md 4.4–4.9 and 5.4. */
export function admitFullPeer(connection: LiveConnection, envelope: Envelope): void {
  const hello = checkHello(envelope.data);
  if (!hello.ok) return connection.refuseAndClose(hello.error, closeCodes.protocolError);
  const { client, attempt, welcomed = 0, token, user, rooms } = hello.value;
  connection.apply({ kind: "hello" });
  begin(connection, { clientId: client, attempt, welcomed, token, user, rooms });
}

/** Admits a plain peer by its request alone: PROTOCOL.md 4.5. */
export function admitPlainPeer(connection: LiveConnection): void {
  const { plain } = connection.context.settings;
  const token = plain !== false && plain.queryToken ? queryToken(connection.request.url) : undefined;
  // Nobody else can know its id, so nobody can take the connection's place.
  begin(connection, { clientId: connection.id, attempt: 1, welcomed: 0, token, rooms: [] });
}

function begin(connection: LiveConnection, introduction: Introduction): void {
  admit(connection, introduction).catch((error: unknown) => {
    connection.context.hooks.report("admission", error);
    connection.close(closeCodes.serverError, "the server failed");
  });
}

async function admit(connection: LiveConnection, introduction: Introduction): Promise<void> {
  await connection.context.nodes.open();
  // It may have been one connection too many, or have gone.
  if (!connection.isAlive) return;
  const authenticated = await identify(connection, introduction);
  if (!authenticated || !connection.isAlive || !takePlace(connection, introduction, authenticated)) return;
  if (connection.kind === "plain") {
    await followOwnStream(connection);
    if (!connection.isAlive) return;
    connection.apply({ kind: "admitted" });
    return connection.inbound.release();
  }
  if (!(await findRecord(connection, introduction))) return;
  // Whatever is sent from here on waits for `$welcome`.
  connection.outbound.hold();
  const rooms = withOwnStream(introduction.rooms);
  const joins = rooms.map((request) => joinRoom(connection, request));
  const outcomes = areHere(joins) ? joins : await Promise.all(joins);
  if (!connection.isAlive) return;
  welcome(connection, outcomes);
  connection.apply({ kind: "admitted" });
  for (const { joining } of outcomes) joining?.start();
  connection.inbound.release();
}

/** A full peer is in its user's own stream from the start, whether it has a position there or not. */
function withOwnStream(rooms: readonly JoinRequest[]): readonly JoinRequest[] {
  return rooms.some(({ room }) => room === ownStream) ? rooms : [...rooms, { room: ownStream }];
}

/** Asks the application who the peer is. Undefined: refused, and the connection is being closed. */
async function identify(
  connection: LiveConnection,
  { clientId, token }: Introduction,
): Promise<Authenticated | undefined> {
  try {
    const authenticated = await authenticate(connection, { token, clientId });
    if (authenticated) return authenticated;
    connection.refuseAndClose(refusal("UNAUTHENTICATED"), closeCodes.policyViolation);
  } catch (error) {
    if (!connection.isAlive) return undefined;
    connection.refuseAndClose(unavailable(connection, "authenticate", error), closeCodes.tryAgainLater);
  }
  connection.context.totals.refused++;
  return undefined;
}

/** Finds what is known of the client's messages. False: the connection has ended, or is being closed. */
async function findRecord(
  connection: LiveConnection,
  { clientId, attempt, welcomed }: Introduction,
): Promise<boolean> {
  const { answers } = connection.context;
  if (!answers) return true;
  try {
    const record = await answers.open({ user: connection.user, clientId, attempt, welcomed });
    if (record) connection.handlings.keep(record);
    else refuseStale(connection);
  } catch (error) {
    connection.refuseAndClose(unavailable(connection, "claims", error), closeCodes.tryAgainLater);
  }
  return connection.isAlive;
}

function unavailable(connection: LiveConnection, where: string, error: unknown): TautlineError {
  connection.context.hooks.report(where, error);
  return refusal("UNAVAILABLE", { retryAfterMs: isTautlineError(error) ? error.retryAfterMs : undefined });
}

/** Makes the connection its client's and its user's. False: it may not be, and is being closed. */
function takePlace(
  connection: LiveConnection,
  { clientId, attempt, user: before }: Introduction,
  { user, expiresAtMs }: Authenticated,
): boolean {
  const { clients, pool } = connection.context;
  if (before !== undefined && before !== user.id) {
    connection.refuseAndClose(refusal("USER_CHANGED"), closeCodes.policyViolation);
    return false;
  }
  const member = memberOf(clientId, user.id);
  if (clients.isStale(member, attempt)) {
    refuseStale(connection);
    return false;
  }
  connection.peer = { clientId, attempt, member, user };
  const older = clients.replace(member, connection);
  if (older) replace(older);
  // The application was told of the older one's end, and may have ended this one, too.
  if (!connection.isAlive) return false;
  connection.rateKey = undefined;
  const limit = whyCrowded(connection, user);
  if (limit) {
    connection.context.totals.refused++;
    connection.context.diagnostics.limit(limit, connection);
    connection.refuseAndClose(refusal("TOO_MANY_CONNECTIONS"), closeCodes.tryAgainLater);
    return false;
  }
  pool.add(connection);
  connection.expireAt(expiresAtMs);
  announceArrival(connection);
  return true;
}

function whyCrowded(
  { context: { pool, settings } }: LiveConnection,
  user: UserIdentity,
): "limits.connections" | "limits.connectionsPerUser" | undefined {
  const { connections, connectionsPerUser } = settings.limits;
  if (pool.size >= connections) return "limits.connections";
  return pool.user(user.id).size >= connectionsPerUser ? "limits.connectionsPerUser" : undefined;
}

function joinRoom(connection: LiveConnection, request: JoinRequest): MaybePromise<RoomOutcome> {
  const { clock, settings } = connection.context;
  let isLate = false;
  const isWanted = () => connection.isAlive && !isLate;
  const ask = () => admitToRoom(connection, request, isWanted);
  const joined = caught<Joining | TautlineError>(
    () => withDeadline(ask, { clock, ms: settings.deadlines.handlerMs }),
    (error) => {
      isLate = true;
      return failureForPeer(connection, "$hello", error);
    },
  );
  return whenReady(joined, (joining) => {
    if (TautlineError.is(joining)) return { entry: { room: request.room, error: toWire(joining) } };
    return { entry: joining.result, joining };
  });
}

/** Whether nothing has to be waited for. */
function areHere<T>(values: readonly MaybePromise<T>[]): values is readonly T[] {
  return !values.some((value) => value instanceof Promise);
}

function welcome(connection: LiveConnection, outcomes: readonly RoomOutcome[]): void {
  const rooms = outcomes.map(({ entry }) => entry);
  let frame = welcomeFrame(connection, rooms);
  if (!frame.ok) {
    // Only the application's own errors can be what no codec can say. The peer must not wait for a welcome in vain.
    connection.context.hooks.report("sending $welcome", frame.error);
    frame = welcomeFrame(connection, rooms.map(withoutDetails));
  }
  if (frame.ok) connection.outbound.release(frame.value);
}

function welcomeFrame(connection: LiveConnection, rooms: readonly RoomOutcome["entry"][]): Result<Frame> {
  const { settings, clock } = connection.context;
  const { messageBytes, rooms: maxRooms, unanswered } = settings.limits;
  return connection.codec.encode({
    type: "$welcome",
    data: {
      connection: connection.id,
      user: connection.user,
      member: connection.member,
      resumed: connection.handlings.record?.resumed ?? false,
      heartbeatMs: settings.heartbeat.intervalMs,
      limits: { messageBytes, rooms: maxRooms, unanswered },
      rooms,
    },
    timestamp: clock.now(),
  });
}

function withoutDetails(entry: RoomOutcome["entry"]): RoomOutcome["entry"] {
  return "error" in entry ? { ...entry, error: toWire(refusal("HANDLER_FAILED")) } : entry;
}

function refuseStale(connection: LiveConnection): void {
  connection.close(closeCodes.replaced, "a newer connection of this client is here");
}

function queryToken(url: string): string | undefined {
  const start = url.indexOf("?");
  return start < 0 ? undefined : (new URLSearchParams(url.slice(start)).get("token") ?? undefined);
}
