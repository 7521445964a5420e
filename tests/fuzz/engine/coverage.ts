import { type Profiler, Session } from "node:inspector";

/** Which code of one script has run, as V8 counts it block by block. */
export class BlockCoverage {
  readonly #url: string;
  readonly #session: Session = new Session();
  /** 1 for each character of the script that is known: it has run before, or does not matter. */
  readonly #known: Uint8Array;

  readonly #code: string;

  /**
   * @param url - the script, as it is imported
   * @param code - its text
   */
  constructor(url: string, code: string) {
    this.#url = url;
    this.#code = code;
    this.#known = new Uint8Array(code.length);
  }

  /** From now on nothing is new but in files of interest. Of a bundle of esbuild: the name of each file stands above what it says. */
  watch(isOfInterest: (file: string) => boolean): void {
    let [from, isKnown] = [0, 1];
    for (const { index, 1: file = "" } of this.#code.matchAll(/^\/\/ (\S+\.[cm]?[jt]s)$/gm)) {
      this.#known.fill(isKnown, from, index);
      [from, isKnown] = [index, isOfInterest(file) ? 0 : 1];
    }
    this.#known.fill(isKnown, from);
  }

  /** Counts from now on: what is loaded after this is counted block by block. */
  start(): void {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  stop(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }

  /** What has run since the last look. */
  take(): Profiler.ScriptCoverage {
    let result: Profiler.ScriptCoverage[] = [];
    // In the same process the answer is there before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error) throw error;
      result = answer.result;
    });
    return result.find(({ url }) => url === this.#url) ?? { scriptId: "", url: this.#url, functions: [] };
  }

  /** Whether anything has run since the last look that had not run before. It still counts as new afterwards. */
  hasNew(): boolean {
    return this.#fresh().length > 0;
  }

  /** The same, and from now on it is known. */
  takeNew(): boolean {
    const fresh = this.#fresh();
    for (const at of fresh) this.#known[at] = 1;
    return fresh.length > 0;
  }

  #fresh(): readonly number[] {
    const now = new Uint8Array(this.#known.length);
    // An outer function comes before those inside it, an outer block before those inside it: the innermost says the truth.
    for (const { ranges } of this.take().functions) {
      for (const { startOffset, endOffset, count } of ranges)
        now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    }
    const fresh: number[] = [];
    for (let at = now.indexOf(1); at >= 0; at = now.indexOf(1, at + 1))
      if (this.#known[at] === 0) fresh.push(at);
    return fresh;
  }
}
