import type { Envelope, JoinRequest, Random, Welcome } from "@tautline/protocol";
import { breach, checkPlace } from "../breach.js";
import type { Core } from "../core.js";
import { type Encoded, sizeOf } from "../frames.js";
import { helloBytes } from "../limits.js";

/** What to send first on a new socket: `$hello`, and a `$join` for each room that does not fit into it. */
export function greeting({ identity, rooms, settings }: Core, token: string | undefined): readonly Encoded[] {
  // Made when it is needed: importing and constructing touch nothing, not even randomness.
  const { random, speech } = settings;
  identity.client ??= secretName(random);
  identity.attempt++;
  const { client, attempt, welcomed, user } = identity;
  const hello = (within: readonly JoinRequest[]): Encoded =>
    speech.encode({ type: "$hello", data: { client, attempt, welcomed, user, token, rooms: within } });
  const [fitting, rest]: [JoinRequest[], Encoded[]] = [[], []];
  let bytes = sizeOf(hello([]));
  for (const request of rooms.requests()) {
    try {
      const join = speech.encode({ type: "$join", data: request });
      // A join of its own is larger than its part of the hello: the sum is never too small.
      bytes += sizeOf(join);
      if (bytes > helloBytes) rest.push(join);
      else fitting.push(request);
    } catch {
      // One room that JSON cannot say must not keep the others from being joined.
    }
  }
  return [hello(fitting), ...rest];
}

/** A welcome, if `data` is one. */
export function welcomeOf({ data }: Envelope): Welcome["data"] {
  const welcome = (data ?? {}) as Welcome["data"];
  const { heartbeatMs, limits: peer, rooms } = welcome;
  // The names are told and sent back as they came.
  if (!(heartbeatMs > 0 && peer?.messageBytes > 0 && peer.unanswered > 0)) {
    throw breach("$welcome", data);
  }
  for (const room of rooms) checkPlace(room);
  return welcome;
}

/** 128 bits that nobody can guess: who knows them can claim the client's answers. */
function secretName(random: Random): string {
  return Array.from(random.bytes(16), (byte) => (256 + byte).toString(16).slice(1)).join("");
}
