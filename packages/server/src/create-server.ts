import { type ContractDefinition, invalidOption } from "@tautline/protocol";
import type { ServerOptions } from "./options.js";
import { TautlineServer, type TautlineServerOptions } from "./server.js";
import type { Server } from "./server-types.js";
import type { UserIdentity } from "./user.js";

/**
 * Makes a server of a contract. It opens nothing by itself: `listen`, `attach` or `handleUpgrade` bring it to a socket.
 *
 * ```ts
 * const server = createServer(chat, { authenticate: guests(), authorize: allowAll });
 * server.handle("chat/:id", "say", ({ room, data, user }) => room.publish("message", { ...data, by: user.id }));
 * const { url } = await server.listen({ port: 8080 });
 * ```
 *
 * @throws `INVALID_OPTION`, which names the option, what was expected and what came.
 */
export function createServer<const C extends ContractDefinition, U extends UserIdentity>(
  contract: C,
  options: ServerOptions<C, U>,
): Server<C, U> {
  // Callers without types forget them, and would let everyone in.
  for (const name of ["authenticate", "authorize"] as const) {
    if (typeof options[name] !== "function") throw invalidOption(name, "a function", options[name]);
  }
  const isProduction = process.env.NODE_ENV === "production";
  // Contract and user exist for the compiler alone: this is the one place where their types are taken off and put on.
  const untyped = { ...options, isProduction } as unknown as TautlineServerOptions;
  return new TautlineServer(contract, untyped) as unknown as Server<C, U>;
}
