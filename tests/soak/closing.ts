// A program that uses both ends, closes them, and must end by itself. Each number is another way to be surprised by the close.
import { clientOf, startServer } from "../client-server/setup.js";

export async function closeAndEnd(number: number): Promise<void> {
  const { server, url } = await startServer();
  server.handle(
    "wait",
    ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  const client = clientOf(url);
  const lost = clientOf("ws://127.0.0.1:1/");
  const promises: Promise<unknown>[] = [lost.connect(), lost.send("count")];
  if (number % 2 === 1) await client.connect();
  const room = client.room("chat/:id", { id: "lobby" });
  promises.push(room.join(), client.request("wait", number), room.send("say", { text: "last words" }));
  promises.push(room.events("message").next(), client.request("rename", { name: "Ada" }));
  if (number % 4 >= 2) await room.send("say", { text: "heard" });
  let settled = 0;
  for (const promise of promises)
    promise.then(
      () => settled++,
      () => settled++,
    );
  if (number % 3 === 0) await server.close();
  await Promise.all([client.close(), lost.close()]);
  await server.close();
  await new Promise(setImmediate);
  process.stdout.write(`closed ${settled} of ${promises.length}\n`);
}
