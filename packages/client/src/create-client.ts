import type { ContractDefinition } from "@tautline/protocol";
import { UntypedClient } from "./client.js";
import type { Client } from "./client-types.js";
import { type ClientOptions, clientSettingsOf } from "./options.js";
import { invalid } from "./reconnecting-websocket/options.js";

/**
 * A client of the server at `options.url`, typed and checked by the contract. Nothing is opened: the first `on`, `send`,
 * `request` or `join` does that, or `connect()`.
 *
 * @example
 * ```ts
 * const client = createClient(chat, { url: "wss://example.com/live" });
 * const { name } = await client.request("rename", { name: "Ada" });
 * ```
 * @throws `INVALID_OPTION`, also for a contract that `defineContract` did not make: it brings along what checks by it
 */
export function createClient<C extends ContractDefinition>(contract: C, options: ClientOptions): Client<C>;
/**
 * The same with the contract's types alone, as `createClient<typeof chat>({ url })`: no schema is bundled, and what
 * arrives is not checked. Every client event is acknowledged, and no message counts as idempotent.
 */
export function createClient<C extends ContractDefinition>(options: ClientOptions): Client<C>;
export function createClient<C extends ContractDefinition>(
  first: C | ClientOptions,
  second?: ClientOptions,
): Client<C> {
  const [contract, options] = second ? [first as C, second] : [undefined, first as ClientOptions];
  if (typeof options !== "object" || options === null) throw invalid("options", "an object", options);
  const client: unknown = new UntypedClient(contract, clientSettingsOf(options));
  // It knows names and values; what they mean for this contract is known to the types alone.
  return client as Client<C>;
}
