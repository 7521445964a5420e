import {
  type Codec,
  type Envelope,
  type Hello,
  type Join,
  type JoinRequest,
  limits,
  type Random,
  type Welcome,
} from "@tautline/protocol";
import { breach, joinResultOf } from "../inbound.js";

/** How a client introduces itself, over all its connections. */
export class Handshake {
  readonly #random: Random;
  #client: string | undefined;
  #attempt = 0;
  #user: string | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** What to send first on a new socket: `$hello`, and a `$join` for each room that does not fit into it. */
  greet(codec: Codec, token: string | undefined, rooms: readonly JoinRequest[]): readonly [Hello, ...Join[]] {
    // Made when it is needed: importing and constructing touch nothing, not even randomness.
    this.#client ??= secretName(this.#random);
    const [client, user, attempt] = [this.#client, this.#user, ++this.#attempt];
    const hello = (within: readonly JoinRequest[]): Hello => ({
      type: "$hello",
      data: { client, attempt, user, token, rooms: within },
    });
    const joins = rooms.map((data): Join => ({ type: "$join", data }));
    let bytes = sizeOf(codec, hello([]));
    // A join of its own is larger than its part of the hello: the sum is never too small.
    const beyond = joins.findIndex((join) => {
      bytes += sizeOf(codec, join);
      return bytes > limits.helloBytes;
    });
    const fitting = beyond < 0 ? joins.length : beyond;
    return [hello(rooms.slice(0, fitting)), ...joins.slice(fitting)];
  }

  /** The server says who this client is: the next hello tells it, so that a change of user is noticed. */
  welcomed(user: string): void {
    this.#user = user;
  }

  /** Under another user nothing of the old one may be claimed: the next hello is that of a new client. */
  becomeAnother(): void {
    this.#client = this.#user = undefined;
    this.#attempt = 0;
  }
}

function sizeOf(codec: Codec, envelope: Hello | Join): number {
  const frame = codec.encode(envelope);
  return frame.ok ? frame.value.byteLength : 0;
}

/** 128 bits that nobody can guess: who knows them can claim the client's answers. */
function secretName(random: Random): string {
  return Array.from(random.bytes(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A welcome, if `data` is one. */
export function welcomeOf({ data }: Envelope): Welcome["data"] {
  const welcome = (data ?? {}) as Welcome["data"];
  const { connection, user, member, heartbeatMs, limits: peer, rooms } = welcome;
  const isWelcome =
    [connection, user, member].every((name) => typeof name === "string") &&
    heartbeatMs > 0 &&
    peer?.messageBytes > 0 &&
    peer.unanswered > 0 &&
    Array.isArray(rooms);
  if (!isWelcome) throw breach("$welcome", data);
  for (const room of rooms) joinResultOf(room);
  return welcome;
}
