import { deserialize, isReservedType, limits, type PresenceMember, utf8Length } from "@tautline/protocol";
import type { Broker, Delivery, Payload, Subscriber } from "../broker/broker.js";
import type { History, HistoryPage, KeptPublication } from "../broker/history.js";
import type { PresenceChange, PresenceStore } from "../broker/presence-store.js";
import { whenReady } from "../maybe-promise.js";
import { checkPresenceState } from "./presence-delta.js";

/**
 * A broker that rooms can rely on: whatever others may have put into the engine, only what a node would have put there
 * comes out. Of what is kept, the rest is missing and told as a gap; of what is not, `ignored` counts it.
 */
export function checkedBroker(broker: Broker, ignored: () => void): Broker {
  return {
    append: (...call) => broker.append(...call),
    publish: (...call) => broker.publish(...call),
    subscribe: (channel, subscriber) => broker.subscribe(channel, checkedSubscriber(subscriber, ignored)),
    history: checkedHistory(broker.history),
    presence: checkedPresence(broker.presence, ignored),
    claims: broker.claims,
    close: () => broker.close(),
  };
}

function checkedSubscriber(subscriber: Subscriber, ignored: () => void): Subscriber {
  return {
    delivered(delivery) {
      if (isSound(delivery) && isPlaced(delivery)) return subscriber.delivered(delivery);
      ignored();
      // It has a place that others count on: history tells what is to be made of it.
      if (delivery?.position) subscriber.interrupted();
    },
    interrupted: (cause) => subscriber.interrupted(cause),
  };
}

function checkedHistory(history: History): History {
  return {
    open: (...call) => history.open(...call),
    read: (stream, range, retention) =>
      whenReady(
        history.read(stream, range, retention),
        (page) => page && (range.after === undefined ? withoutUnsound(page) : upToUnsound(page)),
      ),
  };
}

function withoutUnsound(page: HistoryPage): HistoryPage {
  return { ...page, publications: page.publications.filter(isSound) };
}

/** Ends before the first that is not sound; where it begins with such, they count as no longer kept. */
function upToUnsound(page: HistoryPage): HistoryPage {
  const { publications } = page;
  const unsound = publications.findIndex((kept) => !isSound(kept));
  if (unsound < 0) return page;
  if (unsound > 0) return { ...page, publications: publications.slice(0, unsound) };
  const sound = publications.findIndex(isSound);
  const last = publications[sound < 0 ? publications.length - 1 : sound - 1];
  const firstKept = (last?.offset ?? 0) + 1;
  return upToUnsound({ ...page, firstKept, publications: sound < 0 ? [] : publications.slice(sound) });
}

function checkedPresence(presence: PresenceStore, ignored: () => void): PresenceStore {
  const isCounted = (isGood: boolean): boolean => {
    if (!isGood) ignored();
    return isGood;
  };
  return {
    get leaseMs(): number | undefined {
      return presence.leaseMs;
    },
    set: (lease) => presence.set(lease),
    remove: (...call) => presence.remove(...call),
    renew: (node) => presence.renew(node),
    list: (room) =>
      whenReady(presence.list(room), (entries) => entries.filter((entry) => isCounted(isMember(entry)))),
    watch: (room, changed) =>
      presence.watch(room, (change) => isCounted(isChange(change)) && changed(change)),
  };
}

/** Whether a payload is the JSON text of a publication, of the length that it says. */
function isSound(given: Payload & Pick<KeptPublication, "timestamp">): boolean {
  if (typeof given !== "object" || given === null || !Number.isSafeInteger(given.timestamp)) return false;
  const { payload, byteLength } = given;
  const isText = typeof payload === "string";
  if (!isText && !(payload instanceof Uint8Array)) return false;
  // A JavaScript text of n units has n bytes at least: what is far too long is not even looked at.
  if (payload.length > limits.clientMessageBytes) return false;
  const text = isText ? payload : new TextDecoder().decode(payload);
  // Its place is put in before its last character.
  if (!text.endsWith("}") || utf8Length(text) !== byteLength) return false;
  const envelope = deserialize(text, limits.clientMessageBytes);
  return envelope.ok && !isReservedType(envelope.value.type);
}

function isPlaced({ position }: Delivery): boolean {
  if (position === undefined) return true;
  return typeof position.epoch === "string" && Number.isSafeInteger(position.offset) && position.offset >= 1;
}

function isChange(change: PresenceChange): boolean {
  return change.kind === "set" ? isMember(change.entry) : typeof change.member === "string";
}

function isMember(entry: PresenceMember): boolean {
  if (typeof entry?.user !== "string" || typeof entry.member !== "string") return false;
  try {
    checkPresenceState(entry.state);
    return true;
  } catch {
    return false;
  }
}
