import { defineContract } from "@tautline/protocol";
import * as v from "valibot";

const Text = v.object({ text: v.pipe(v.string(), v.minLength(1), v.maxLength(500)) });

/** What the Python programs speak. */
export const contract = defineContract({
  messages: { chat: { data: Text } },
  events: { chat_message: { data: Text } },
});
