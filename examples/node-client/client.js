// Chat from a terminal: `node client.js ws://localhost:8080/live`. Each line is said; what others say is printed.
import { createInterface } from "node:readline";
import { createClient } from "@tautline/client";
import { defineContract, TautlineError, unchecked } from "@tautline/protocol";

const contract = defineContract({
  messages: { chat: { data: unchecked() } },
  events: { chat_message: { data: unchecked() } },
});

const client = createClient(contract, { url: process.argv[2] ?? "ws://localhost:8080/live" });
client.on("state", (state) => console.error(`[${state.kind}]`));
client.on("chat_message", ({ data }) => console.log(data.text));
await client.connect();

for await (const text of createInterface({ input: process.stdin })) {
  try {
    // Resolves when the server has taken it. While the connection is away it waits, and goes out after.
    await client.send("chat", { text });
  } catch (error) {
    if (!TautlineError.is(error)) throw error;
    console.error(`${error.code}: ${error.message}`);
  }
}
await client.close();
