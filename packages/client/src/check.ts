import type { ContractTools, MaybePromise, Result, Schema } from "@tautline/protocol";

/**
 * Checks data by one part of their definition in the contract. Without a definition they are as they came: the program knows
 * the contract's types alone.
 */
export type Check = <Part extends string>(
  definition: { readonly [P in Part]?: Schema | undefined } | undefined,
  part: Part,
  data: unknown,
) => MaybePromise<Result<unknown>>;

/** How data are checked with what a contract brought along. */
export function checkBy(tools: ContractTools | undefined): Check {
  return (definition, part, data) =>
    tools && definition ? tools.validate(definition[part], data) : { ok: true, value: data };
}
