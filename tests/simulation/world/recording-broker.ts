import type { Appended, AppendOptions, Broker, Payload, UnkeptMessage } from "@tautline/server/broker";
import type { Recorder } from "../history/recorder.js";

/** Stands before the broker that all nodes share, and writes down what it keeps and carries: the truth of a run. */
export function recordingBroker(broker: Broker, recorder: Recorder): Broker {
  const newest = new Map<string, Appended>();
  const appended = (room: string, payload: Payload, place: Appended) => {
    const before = newest.get(room);
    // Appended under a key that was there already: nothing new is kept.
    if (before?.epoch === place.epoch && place.offset <= before.offset) return place;
    newest.set(room, place);
    const { epoch, offset } = place;
    recorder.record("broker", { op: "append", room, key: keyOf(payload) ?? "", place: { epoch, offset } });
    return place;
  };
  return override(broker, {
    append(room: string, payload: Payload, options: AppendOptions) {
      // In memory the result is there at once, and so before any client can have received anything.
      return appended(room, payload, broker.append(room, payload, options) as Appended);
    },
    publish(room: string, message: UnkeptMessage) {
      const key = keyOf(message);
      if (key !== undefined) recorder.record("broker", { op: "publish", room, key });
      return broker.publish(room, message);
    },
  });
}

/** What the application named a publication; undefined for what nodes tell each other. */
function keyOf({ payload }: Payload): string | undefined {
  const { data } = JSON.parse(String(payload)) as { data?: { key?: string } };
  return data?.key;
}

/** `target` with some of its methods replaced. */
export function override<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(methods, name)) return methods[name as keyof T];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
