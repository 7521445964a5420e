import { type MaybePromise, type Result, type Schema, success, validate } from "@tautline/protocol";

/**
 * Data checked by one part of their definition in the contract. Without a definition they are as they came: the program knows
 * the contract's types alone.
 */
export function check<Part extends string>(
  definition: { readonly [P in Part]?: Schema | undefined } | undefined,
  part: Part,
  data: unknown,
): MaybePromise<Result<unknown>> {
  return definition ? validate(definition[part], data) : success(data);
}
