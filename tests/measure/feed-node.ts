import { allowAll, createServer, type Server, type ServerOptions } from "@tautline/server";
import { feed } from "./feed.js";

type Options = ServerOptions<typeof feed, { readonly id: string }>;

/** A node as all measurements have it: whoever comes is let in, and nothing is lost for want of history. */
export function feedNode(
  options: Pick<Options, "broker" | "heartbeat"> = {},
): Server<typeof feed, { readonly id: string }> {
  return createServer(feed, {
    authenticate: ({ token }) => ({ id: token ?? "nobody" }),
    authorize: allowAll,
    rooms: { "feed/:id": { history: { size: 10_000 } } },
    rateLimit: false,
    ...options,
  });
}
