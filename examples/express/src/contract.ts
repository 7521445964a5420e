import { defineContract } from "@tautline/protocol";
import * as v from "valibot";

/** What the page and the server tell each other. */
export const contract = defineContract({
  rooms: {
    lobby: {
      messages: {
        say: { data: v.object({ text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500)) }) },
      },
      events: { message: { data: v.object({ name: v.string(), text: v.string() }) } },
      presence: v.object({}),
    },
  },
});
