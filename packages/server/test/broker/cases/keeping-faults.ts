import type { ReadRange, Retention } from "../../../src/broker/history.js";
import type { Forwarding } from "../../support/forwarding.js";
import type { Fault } from "./fault.js";

/** Mistakes in what is kept, and for how long. */
export const historyFaults: readonly Fault[] = [
  {
    name: "begins a stream when it is read",
    plant({ history }) {
      const { open, read } = history;
      history.read = async (stream, range, retention) => {
        await open(stream, retention);
        return read(stream, range, retention);
      };
    },
  },
  {
    name: "takes the oldest offset kept for the one before it",
    plant({ history }) {
      const { open } = history;
      history.open = async (...call) => {
        const state = await open(...call);
        return { ...state, firstKept: state.firstKept - 1 };
      };
    },
  },
  {
    name: "reads the publication at an offset as one after it",
    plant: (broker) =>
      changeRanges(broker, ({ after, ...range }) => ({ ...range, after: after && after - 1 })),
  },
  {
    name: "reads the newest first",
    plant({ history }) {
      const { read } = history;
      history.read = async (...call) => {
        const page = await read(...call);
        return page && { ...page, publications: [...page.publications].reverse() };
      };
    },
  },
  {
    name: "gives more publications than asked for",
    plant: (broker) => changeRanges(broker, without("maxCount")),
  },
  { name: "gives more bytes than asked for", plant: (broker) => changeRanges(broker, without("maxBytes")) },
  {
    name: "gives nothing where the first publication is too large",
    plant({ history }) {
      const { read } = history;
      history.read = async (stream, range, retention) => {
        const page = await read(stream, range, retention);
        const [first] = page?.publications ?? [];
        const isTooLarge = first && range.maxBytes !== undefined && first.byteLength > range.maxBytes;
        return page && isTooLarge ? { ...page, publications: [] } : page;
      };
    },
  },
  {
    name: "gives pages of any size",
    plant({ history }) {
      const { read } = history;
      history.read = async (stream, range, retention) => {
        const page = await read(stream, range, retention);
        const last = page?.publications.at(-1);
        if (!page || !last || page.publications.length < 1_000) return page;
        const rest = await read(stream, { after: last.offset }, retention);
        return { ...page, publications: [...page.publications, ...(rest?.publications ?? [])] };
      };
    },
  },
  {
    name: "keeps more publications than it may",
    plant: (broker) => changeRetention(broker, { size: 1_000 }),
  },
  { name: "keeps more bytes than it may", plant: (broker) => changeRetention(broker, { bytes: 1_000_000 }) },
  { name: "keeps publications for ever", plant: (broker) => changeRetention(broker, { ttlMs: undefined }) },
  {
    name: "gives a reader all that a writer let it keep",
    plant({ history }) {
      const { read } = history;
      history.read = (stream, range) => read(stream, range, { size: 1_000, bytes: 1_000_000 });
    },
  },
  {
    name: "gives publications the time at which they are read",
    plant({ history }, _, clock) {
      const { read } = history;
      history.read = async (...call) => {
        const page = await read(...call);
        const timestamp = clock.now() + 1_000;
        return page && { ...page, publications: page.publications.map((kept) => ({ ...kept, timestamp })) };
      };
    },
  },
];

/** Mistakes in how long streams live. */
export const streamFaults: readonly Fault[] = [
  {
    name: "forgets streams with their subscribers",
    plant(broker, engine) {
      const { subscribe } = broker;
      broker.subscribe = async (...call) => {
        const subscription = await subscribe(...call);
        return {
          unsubscribe: () => {
            engine.history.clear();
            return subscription.unsubscribe();
          },
        };
      };
    },
  },
  {
    name: "begins the same life again, since it names it by its stream",
    plant(broker) {
      const { append, history } = broker;
      const { open, read } = history;
      broker.append = async (stream, ...rest) => ({
        ...(await append(stream, ...rest)),
        epoch: `of ${stream}`,
      });
      history.open = async (stream, ...rest) => ({ ...(await open(stream, ...rest)), epoch: `of ${stream}` });
      history.read = async (stream, ...rest) => {
        const page = await read(stream, ...rest);
        return page && { ...page, epoch: `of ${stream}` };
      };
    },
  },
  {
    name: "begins a life for everyone who opens a stream at once",
    plant({ history }) {
      const { open, read } = history;
      let lives = 0;
      history.open = async (stream, retention) => {
        const known = await read(stream, { last: 0 }, retention);
        const state = await open(stream, retention);
        return known ? state : { ...state, epoch: `${state.epoch} ${++lives}` };
      };
    },
  },
  { name: "never forgets a stream for its age", limits: { metaTtlMs: 1e12 } },
  { name: "never forgets a stream for want of room", limits: { maxStreams: 1e9 } },
  { name: "forgets streams at once", limits: { metaTtlMs: 1 } },
  {
    name: "forgets what is quiet, also where somebody listens",
    plant(broker, engine) {
      const { subscribe } = broker;
      broker.subscribe = async (channel, subscriber) => {
        const subscription = await subscribe(channel, subscriber);
        engine.history.release(channel);
        return subscription;
      };
    },
  },
  {
    name: "does not count reading as use",
    plant({ history }, engine) {
      const { read } = history;
      history.read = async (stream, range, retention) => {
        const page = await read(stream, range, retention);
        // Whatever else is known has been used since.
        for (const other of ["b", "c"]) if (page) await engine.history.read(other, range, retention);
        return page;
      };
    },
  },
];

function changeRanges({ history }: Forwarding, change: (range: ReadRange) => ReadRange): void {
  const { read } = history;
  history.read = (stream, range, retention) => read(stream, change(range), retention);
}

function without(option: keyof ReadRange): (range: ReadRange) => ReadRange {
  return (range) => ({ ...range, [option]: undefined });
}

function changeRetention(broker: Forwarding, change: Partial<Retention>): void {
  const { append, history } = broker;
  const { open, read } = history;
  broker.append = (stream, payload, options) =>
    append(stream, payload, { ...options, retention: { ...options.retention, ...change } });
  history.open = (stream, retention) => open(stream, { ...retention, ...change });
  history.read = (stream, range, retention) => read(stream, range, { ...retention, ...change });
}
