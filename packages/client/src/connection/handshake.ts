import {
  type Envelope,
  type Frame,
  type JoinRequest,
  jsonCodec,
  limits,
  type Random,
  type Welcome,
} from "@tautline/protocol";
import { breach, checkPlace } from "../breach.js";

/** How a client introduces itself, over all its connections. */
export class Handshake {
  readonly #random: Random;
  #client: string | undefined;
  #attempt = 0;
  /** Who the server said that the client is: told in the next hello, so that a change is noticed. */
  user: string | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** What to send first on a new socket: `$hello`, and a `$join` for each room that does not fit into it. */
  greet(token: string | undefined, rooms: readonly JoinRequest[]): readonly Frame[] {
    // Made when it is needed: importing and constructing touch nothing, not even randomness.
    this.#client ??= secretName(this.#random);
    this.#attempt++;
    const hello = (within: readonly JoinRequest[]): Frame[] =>
      framed({
        type: "$hello",
        data: { client: this.#client, attempt: this.#attempt, user: this.user, token, rooms: within },
      });
    const [fitting, rest]: [JoinRequest[], Frame[]] = [[], []];
    let bytes = hello([])[0]?.byteLength ?? 0;
    for (const request of rooms) {
      for (const join of framed({ type: "$join", data: request })) {
        // A join of its own is larger than its part of the hello: the sum is never too small.
        bytes += join.byteLength;
        if (bytes > limits.helloBytes) rest.push(join);
        else fitting.push(request);
      }
    }
    return [...hello(fitting), ...rest];
  }

  /** Under another user nothing of the old one may be claimed: the next hello is that of a new client. */
  becomeAnother(): void {
    this.#client = this.user = undefined;
    this.#attempt = 0;
  }
}

/** A welcome, if `data` is one. */
export function welcomeOf({ data }: Envelope): Welcome["data"] {
  const welcome = (data ?? {}) as Welcome["data"];
  const { connection, user, member, heartbeatMs, limits: peer, rooms } = welcome;
  const areNames = [connection, user, member].every((name) => typeof name === "string");
  if (!areNames || !(heartbeatMs > 0 && peer?.messageBytes > 0 && peer.unanswered > 0)) {
    throw breach("$welcome", data);
  }
  for (const room of rooms) checkPlace(room);
  return welcome;
}

/** The envelope's frame; none where JSON cannot say it: one bad room must not keep the others from being joined. */
function framed(envelope: Envelope): Frame[] {
  const frame = jsonCodec.encode(envelope);
  return frame.ok ? [frame.value] : [];
}

/** 128 bits that nobody can guess: who knows them can claim the client's answers. */
function secretName(random: Random): string {
  return Array.from(random.bytes(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
