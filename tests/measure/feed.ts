import { defineContract, unchecked } from "@tautline/protocol";

/** What the nodes and clients of a measurement say to each other. */
export const feed = defineContract({
  messages: { work: { data: unchecked<string>(), reply: unchecked<string>() } },
  rooms: { "feed/:id": { events: { tick: { data: unchecked<number>() } } } },
});

/** How many rooms there are. Each client is in one of them. */
export const rooms = 10;

/** Milliseconds since 1970, in parts: for moments that two processes compare. */
export const moment = (): number => performance.timeOrigin + performance.now();
