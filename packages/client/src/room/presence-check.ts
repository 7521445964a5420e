import {
  type MaybePromise,
  type Presence,
  type PresenceMember,
  type Result,
  type Schema,
  type TautlineError,
  validate,
} from "@tautline/protocol";

/** The members of an update, their states as the contract has them. One whose state is against it is left out, and reported. */
export function checkedMembers(
  { joined = [], updated = [] }: Presence["data"],
  schema: Schema | undefined,
  report: (error: TautlineError) => void,
): MaybePromise<PresenceMember[]> {
  const members = [...joined, ...updated];
  const keep = (results: readonly Result<unknown>[]): PresenceMember[] =>
    results.flatMap((result, i) => {
      if (result.ok) return { ...members[i], state: result.value } as PresenceMember;
      report(result.error);
      return [];
    });
  if (!schema) return members;
  const results = members.map(({ state }) => validate(schema, state));
  // A synchronous schema never makes a promise.
  return results.some((result) => result instanceof Promise)
    ? Promise.all(results).then(keep)
    : keep(results as Result<unknown>[]);
}
