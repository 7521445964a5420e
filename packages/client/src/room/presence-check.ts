import {
  type MaybePromise,
  type Presence,
  type PresenceMember,
  type Result,
  type Schema,
  type TautlineError,
  validate,
} from "@tautline/protocol";

/** A presence update as the contract has it: members whose state is against it are left out, and reported. */
export function checkStates(
  update: Presence["data"],
  schema: Schema | undefined,
  report: (error: TautlineError) => void,
): MaybePromise<Presence["data"]> {
  const check = (members: readonly PresenceMember[] = []): MaybePromise<PresenceMember[]>[] =>
    members.map((member) => {
      const take = (result: Result<unknown>): PresenceMember[] => {
        if (result.ok) return [{ ...member, state: result.value }];
        report(result.error);
        return [];
      };
      const result = validate(schema, member.state);
      return result instanceof Promise ? result.then(take) : take(result);
    });
  const [joined, updated] = [together(check(update.joined)), together(check(update.updated))];
  if (joined instanceof Promise || updated instanceof Promise) {
    return Promise.all([joined, updated]).then(([came, changed]) => ({
      ...update,
      joined: came,
      updated: changed,
    }));
  }
  return { ...update, joined, updated };
}

function together<T>(parts: readonly MaybePromise<T[]>[]): MaybePromise<T[]> {
  const isSync = parts.every((part): part is T[] => !(part instanceof Promise));
  return isSync ? parts.flat() : Promise.all(parts).then((settled) => settled.flat());
}
