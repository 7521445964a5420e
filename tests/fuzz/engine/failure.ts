import type { Target } from "./target.js";

/** What was thrown where nobody could catch it, or rejected where nobody asked: it would have ended the process. */
const escaped: unknown[] = [];

/** From now on what escapes is the failure of the input that is being run, instead of the end of the process. */
export function catchEscapes(): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => escaped.push(error ?? new Error(event)));
  }
}

/** What a target throws, in whichever way; undefined where it does not. */
export async function failureOf(target: Target, input: Uint8Array): Promise<unknown> {
  try {
    const running = target.run(input);
    if (running) {
      await running;
      // Node tells of a rejection that nobody asked for when the turn is over.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (error) {
    escaped.length = 0;
    return error ?? new Error("nothing was thrown");
  }
  return escaped.splice(0)[0];
}
