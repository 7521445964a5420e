import { invalidOption, type MaybePromise, type Publication } from "@tautline/protocol";
import type { Appended, Broker } from "../broker/broker.js";
import { whenReady } from "../maybe-promise.js";
import { conflationKey } from "./conflation.js";
import { type NewPublication, type PublishOptions, payloadOf, publicationOf } from "./publication.js";
import type { RoomSettings } from "./room-options.js";

/** A room, whether anyone is in it or not. */
export interface Stream {
  readonly name: string;
  readonly settings: RoomSettings;
}

/**
 * Publishes to all members, over all nodes. Gives the position where history is kept, else undefined.
 * Throws (or rejects with) `TOO_LARGE`, `BAD_DATA`, `INVALID_OPTION` (`except` of what is kept).
 */
export function publishTo(
  broker: Broker,
  { name, settings }: Stream,
  publication: NewPublication,
  { key, volatile, except }: PublishOptions = {},
): MaybePromise<Appended | undefined> {
  const { retention, conflation } = settings;
  const payload = payloadOf(publication);
  if (!retention || volatile) {
    const conflate = volatile ? conflationKey(conflation, publication) : undefined;
    return whenReady(broker.publish(name, { ...payload, except, volatile, conflate }), () => undefined);
  }
  if (except) throw invalidOption("except", `none for '${publication.type}', which '${name}' keeps`, except);
  return broker.append(name, payload, { retention, key });
}

/** The newest publications kept, the oldest first. At most 1,000 and 1 MiB. */
export function historyOf(
  broker: Broker,
  { name, settings }: Stream,
  { last }: { readonly last: number },
): MaybePromise<readonly Publication[]> {
  const { retention, wireName = name } = settings;
  if (!retention) return [];
  return whenReady(broker.history.read(name, { last }, retention), (page) =>
    (page?.publications ?? []).map((kept) => {
      const { offset, timestamp } = kept;
      return publicationOf(kept, { room: wireName, offset, timestamp });
    }),
  );
}
