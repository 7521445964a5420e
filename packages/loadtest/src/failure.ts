import { TautlineError } from "@tautline/protocol";

/** An error as it is counted. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Names what was thrown, whatever it is. */
export function failureOf(error: unknown): Failure {
  if (TautlineError.is(error)) {
    // Its sentence says it all.
    if (error.code === "INVALID_OPTION") return { code: error.code, message: error.message };
    const behind = error.details.cause;
    const cause = behind instanceof Error ? failureOf(behind) : undefined;
    // A socket's own error says more than that it did not open.
    if (cause && cause.code !== "ERROR") return cause;
    const code = error.code === "APP" && error.details.name ? error.details.name : error.code;
    return { code, message: cause ? `${error.message}: ${cause.message}` : error.message };
  }
  if (!(error instanceof Error)) return { code: "ERROR", message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  const response = /^Unexpected server response: (\d+)$/.exec(error.message)?.[1];
  if (response)
    return { code: `HTTP_${response}`, message: `the upgrade was answered with HTTP ${response}` };
  return { code: typeof code === "string" ? code : "ERROR", message: error.message || String(code) };
}

/** Takes secrets out of what is printed. */
export class Redaction {
  readonly #secrets: readonly string[];

  constructor(secrets: readonly (string | undefined)[]) {
    // The longest first: one may begin with another.
    const some = secrets.filter((secret): secret is string => secret !== undefined && secret !== "");
    this.#secrets = some.sort((a, b) => b.length - a.length);
  }

  apply(text: string): string {
    return this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  }
}
