/** A planted bug, as far as a hunt needs it. */
export interface Prey {
  readonly name: string;
  readonly file: string;
  readonly caughtBy?: { readonly project: string; readonly file: string } | undefined;
}

/** What a hunt found, and after how many seeds. */
export interface Catch {
  readonly seeds: number;
  /** The invariant that was broken, or how the process ended; undefined: nothing was found. */
  readonly invariant?: string | undefined;
}

export declare function huntMutant<M extends Prey>(
  mutant: M,
  mutate: (source: string, mutant: M) => string,
  options: { readonly starts: readonly number[]; readonly most: number },
): Promise<readonly Catch[]>;
