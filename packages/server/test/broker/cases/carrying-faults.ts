import type { Appended, Delivery } from "../../../src/broker/broker.js";
import { changeDeliveries, changeNames, type Fault } from "./fault.js";

const keeping = { retention: { size: 1_000, bytes: 1_000_000 } };

/** Mistakes in taking and carrying publications. */
export const carryingFaults: readonly Fault[] = [
  {
    name: "delivers twice",
    plant: (broker) =>
      changeDeliveries(broker, (delivery, hand) => {
        hand(delivery);
        hand(delivery);
      }),
  },
  {
    name: "delivers once more, a while later",
    plant: (broker, _, clock) =>
      changeDeliveries(broker, (delivery, hand) => {
        hand(delivery);
        clock.setTimeout(() => hand(delivery), 10);
      }),
  },
  {
    name: "loses every second delivery",
    plant(broker) {
      let count = 0;
      changeDeliveries(broker, (delivery, hand) => {
        if (++count % 2 === 1) hand(delivery);
      });
    },
  },
  {
    name: "delivers in pairs, the later one first",
    plant(broker) {
      let held: Delivery | undefined;
      changeDeliveries(broker, (delivery, hand) => {
        const earlier = held;
        held = earlier ? undefined : delivery;
        if (!earlier) return;
        hand(delivery);
        hand(earlier);
      });
    },
  },
  {
    name: "overtakes what is kept with what is not",
    plant: (broker, _, clock) =>
      changeDeliveries(broker, (delivery, hand) => {
        if (delivery.position) clock.setTimeout(() => hand(delivery), 3);
        else hand(delivery);
      }),
  },
  {
    name: "delivers to the newest subscriber of a channel alone",
    plant(broker) {
      const { subscribe } = broker;
      const newest = new Map<string, object>();
      broker.subscribe = (channel, subscriber) => {
        newest.set(channel, subscriber);
        return subscribe(channel, {
          delivered: (delivery) => newest.get(channel) === subscriber && subscriber.delivered(delivery),
          interrupted: (cause) => subscriber.interrupted(cause),
        });
      };
    },
  },
  {
    name: "begins to deliver a while after subscribing is done",
    plant(broker, _, clock) {
      const { subscribe } = broker;
      broker.subscribe = (channel, subscriber) => {
        clock.setTimeout(() => void subscribe(channel, subscriber), 2);
        return { unsubscribe: () => undefined };
      };
    },
  },
  {
    name: "delivers after an unsubscribe",
    plant(broker) {
      const { subscribe } = broker;
      broker.subscribe = (channel, subscriber) => {
        void subscribe(channel, subscriber);
        return { unsubscribe: () => undefined };
      };
    },
  },
  {
    name: "ends all subscriptions of a channel with one of them",
    plant(broker) {
      const { subscribe } = broker;
      const ended = new Set<string>();
      broker.subscribe = async (channel, subscriber) => {
        ended.delete(channel);
        const subscription = await subscribe(channel, {
          delivered: (delivery) => ended.has(channel) || subscriber.delivered(delivery),
          interrupted: (cause) => subscriber.interrupted(cause),
        });
        return {
          unsubscribe: () => {
            ended.add(channel);
            return subscription.unsubscribe();
          },
        };
      };
    },
  },
  {
    name: "hides from a subscriber that it failed",
    plant: (broker) =>
      changeDeliveries(broker, (delivery, hand) => {
        try {
          hand(delivery);
        } catch {}
      }),
  },
  {
    name: "leaves holes between offsets",
    plant(broker) {
      const { append } = broker;
      broker.append = async (...call) => {
        const appended = await append(...call);
        return { ...appended, offset: 2 * appended.offset };
      };
    },
  },
  {
    name: "tells subscribers another time than the publisher",
    plant: (broker) =>
      changeDeliveries(broker, (delivery, hand) => hand({ ...delivery, timestamp: delivery.timestamp + 1 })),
  },
  {
    name: "keeps what is published unkept",
    plant(broker) {
      broker.publish = async (channel, message) => void (await broker.append(channel, message, keeping));
    },
  },
  {
    name: "forgets whom an unkept message leaves out",
    plant: (broker) => changeDeliveries(broker, (delivery, hand) => hand({ ...delivery, except: undefined })),
  },
  {
    name: "gives bytes back as text",
    plant: (broker) =>
      changeDeliveries(broker, (delivery, hand) => {
        const { payload } = delivery;
        hand({
          ...delivery,
          payload: typeof payload === "string" ? payload : new TextDecoder().decode(payload),
        });
      }),
  },
  {
    name: "counts characters for bytes",
    plant: (broker) =>
      changeDeliveries(broker, (delivery, hand) =>
        hand({ ...delivery, byteLength: delivery.payload.length }),
      ),
  },
  {
    name: "takes publications when it is closed",
    plant(broker) {
      broker.close = () => undefined;
    },
  },
];

/** Mistakes with names and keys. */
export const namingFaults: readonly Fault[] = [
  {
    name: "takes names of any case for the same",
    plant: (broker) => changeNames(broker, (name) => name.toLowerCase()),
  },
  {
    name: "takes names that look the same for the same",
    plant: (broker) => changeNames(broker, (name) => name.normalize()),
  },
  { name: "trims names", plant: (broker) => changeNames(broker, (name) => name.trim()) },
  { name: "cuts long names", plant: (broker) => changeNames(broker, (name) => name.slice(0, 255)) },
  { name: "decodes names", plant: (broker) => changeNames(broker, (name) => name.replace("%2F", "/")) },
  {
    name: "keeps streams in an object",
    plant: (broker) => changeNames(broker, (name) => (name in {} ? "" : name)),
  },
  {
    name: "takes a dot for a star",
    plant: (broker) => changeNames(broker, (name) => name.replace(/[*>?]/g, "b")),
  },
  {
    name: "forgets keys",
    plant(broker) {
      const { append } = broker;
      broker.append = (stream, payload, { retention }) => append(stream, payload, { retention });
    },
  },
  {
    name: "shares keys among streams",
    plant(broker) {
      const { append } = broker;
      const seen = new Map<string, Appended>();
      broker.append = async (stream, payload, options) => {
        const earlier = options.key === undefined ? undefined : seen.get(options.key);
        const appended = earlier ?? (await append(stream, payload, options));
        if (options.key !== undefined) seen.set(options.key, appended);
        return appended;
      };
    },
  },
  {
    name: "gives the newest position for a key that it knows",
    plant(broker) {
      const { append, history } = broker;
      broker.append = async (stream, payload, options) => {
        const appended = await append(stream, payload, options);
        return { ...appended, offset: (await history.open(stream, options.retention)).head };
      };
    },
  },
  {
    name: "forgets a key with its publication",
    plant(broker) {
      const { append, history } = broker;
      broker.append = async (stream, payload, options) => {
        const state = await history.open(stream, options.retention);
        const isForgotten = state.firstKept > 1;
        return append(stream, payload, isForgotten ? { retention: options.retention } : options);
      };
    },
  },
  {
    name: "looks a key up before it appends, with others in between",
    plant(broker) {
      const { append } = broker;
      const seen = new Map<string, Appended>();
      broker.append = async (stream, payload, { key, retention }) => {
        const earlier = key === undefined ? undefined : seen.get(`${stream} ${key}`);
        await Promise.resolve();
        const appended = earlier ?? (await append(stream, payload, { retention }));
        if (key !== undefined) seen.set(`${stream} ${key}`, appended);
        return appended;
      };
    },
  },
];
