/** A bug that a library of this kind really had, planted again: one piece of source in place of another. */
export interface Mutant {
  /** A short name, for `pnpm mutants --only <name>`. */
  readonly name: string;
  /** What users met, in a sentence. */
  readonly bug: string;
  /** Its row in the project's catalogue of failures that users met (U) and of faults (F). */
  readonly row: string;
  /** The file, from the root of the repository. */
  readonly file: string;
  /** What stands there once, exactly. */
  readonly find: string;
  readonly replace: string;
  /** The test that catches it, where no run of the simulation could: a file, and the project it is in. */
  readonly caughtBy?: { readonly project: string; readonly file: string } | undefined;
}

/**
 * The source with the bug in it.
 *
 * @throws where its line is gone, or stands there more than once: then nobody knows what is tested.
 */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${name}: expected its line once in ${file}, found it ${places} times`);
  return source.replace(find, () => replace);
}
