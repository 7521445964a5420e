import { defineContract, unchecked } from "@tautline/protocol";
import * as z from "zod";

/** What the attacked application offers: a little of everything. */
export const contract = defineContract({
  messages: {
    echo: { data: z.object({ text: z.string() }), reply: z.object({ text: z.string() }) },
    /** Takes anything. */
    take: { data: unchecked() },
    /** Counts how often it ran. */
    count: { reply: z.object({ count: z.number() }) },
    /** Is answered when the target is told to let go. */
    hold: {},
    /** Fails in the way that it is told. */
    fail: { data: z.object({ how: z.string() }) },
    /** Calls the server from within, in the way that it is told. */
    reenter: { data: z.object({ how: z.string() }) },
    /** Says goodbye in the way that it is told. */
    farewell: { data: z.object({ how: z.string() }) },
    /** Nobody may. */
    forbidden: {},
  },
  events: { notice: { data: z.object({ text: z.string() }) } },
  rooms: {
    "open/:id": {
      messages: { say: { data: z.object({ text: z.string() }) } },
      events: {
        said: { data: z.object({ text: z.string() }) },
        typing: { data: z.object({ on: z.boolean() }), volatile: true },
        announced: { data: z.object({ text: z.string() }) },
      },
      clientEvents: ["typing"],
      presence: z.object({ note: z.string().optional() }),
    },
    /** Only for the user whom it names. */
    "private/:user": {
      messages: { say: { data: z.object({ text: z.string() }) } },
      events: { said: { data: z.object({ text: z.string() }) } },
    },
    /** Who may join it is decided when the target is told to let go. */
    "slow/:id": { events: { said: { data: z.object({ text: z.string() }) } } },
  },
});
