import type { LoadTestOptions } from "../options.js";

/** Messages of our servers have a type. */
export function needsType({ type, plain }: LoadTestOptions): string | undefined {
  if (type !== undefined || plain) return undefined;
  return "needs the type of the messages: --type say. Is the server none of tautline's? Then say --plain";
}

/** A message is known again by its key. */
export function needsKey({ data }: LoadTestOptions): string | undefined {
  if (data === undefined || data.includes("{{key}}")) return undefined;
  return "finds its messages again by {{key}}, which --data must hold somewhere";
}
