import type { MaybePromise, Presence, PresenceMember, Result, TautlineError } from "@tautline/protocol";

/** The members of an update, their states as the contract has them. One whose state is against it is left out, and reported. */
export function checkedMembers(
  { joined = [], updated = [] }: Presence["data"],
  check: (state: unknown) => MaybePromise<Result<unknown>>,
  report: (error: TautlineError) => void,
): MaybePromise<PresenceMember[]> {
  const members = [...joined, ...updated];
  const keep = (results: readonly Result<unknown>[]): PresenceMember[] =>
    results.flatMap((result, i) => {
      if (result.ok) return { ...members[i], state: result.value } as PresenceMember;
      report(result.error);
      return [];
    });
  const results = members.map(({ state }) => check(state));
  // A synchronous schema never makes a promise.
  return results.some((result) => result instanceof Promise)
    ? Promise.all(results).then(keep)
    : keep(results as Result<unknown>[]);
}
