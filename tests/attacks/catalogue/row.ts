/** One input that is tried. */
export interface Vector {
  /** What it is, in words: part of what a failing test says. */
  readonly what: string;
}

/** How much of something is done, where the number is the attack. */
export interface Volume {
  /** In the ordinary tests, which have to be fast. */
  readonly ordinary: number;
  /** With `pnpm attacks`. */
  readonly long: number;
  /** What is counted, as `sockets that send a byte at a time`. */
  readonly of: string;
}

/** One attack that a server is put to: what is tried, and what holds. */
export interface Row {
  /** What an attacker does. */
  readonly attack: string;
  /** What the server does about it. */
  readonly behaviour: string;
  /** The options that have a say in it. */
  readonly options: readonly string[];
  /** Inputs, every one of which its test tries. */
  readonly vectors?: readonly Vector[];
  readonly volume?: Volume;
  /** What is counted: each of these moves. Limits by their option, totals of `stats()`, and channels with the code that they told. */
  readonly counted: readonly [string, ...string[]];
  /** Files with further tests of it. */
  readonly also?: readonly string[];
}

/** One attack that has no test here, and why. */
export interface Absent {
  readonly attack: string;
  readonly reason: string;
  /** Where it is tested otherwise. */
  readonly also?: readonly string[];
}

/** A part of the catalogue, and the file whose tests prove its rows. */
export interface Section {
  readonly title: string;
  readonly test: string;
  readonly rows: { readonly [id: string]: Row };
  readonly absent: { readonly [id: string]: Absent };
}
