import type { PublishOrder, ServerSettings, ServerUnderTest, StartServer } from "./side.js";

/** What the process of a server is asked. */
export type Question =
  | { readonly kind: "cpu" }
  | { readonly kind: "memory" }
  | ({ readonly kind: "publish" } & PublishOrder);

/** CPU time of this process so far, all its threads, user and system, in microseconds, by the operating system. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Resident memory of this process without garbage, in bytes. */
export async function residentBytes(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    // What was freed is given back to the system a moment later.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage.rss();
}

/** Runs a server in this process, of which the parent can ask {@link Question}s. Ends with the parent. */
export async function serve(start: StartServer): Promise<void> {
  const settings = JSON.parse(process.argv[2] ?? "{}") as ServerSettings;
  const server = await start(settings);
  process.on("message", async (question: Question) => {
    try {
      process.send?.({ answer: await answer(server, question) });
    } catch (error) {
      process.send?.({ error: String(error) });
    }
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ answer: server.port });
}

function answer(server: ServerUnderTest, question: Question): unknown {
  switch (question.kind) {
    case "cpu":
      return cpuMicros();
    case "memory":
      return residentBytes();
    case "publish":
      if (!server.publish) throw new Error("expected a server that publishes by itself");
      return server.publish(question);
  }
}
