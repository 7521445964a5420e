import { inject } from "vitest";

/** The project into which pack.setup.ts installed the packages. Throws what went wrong when it could not. */
export function consumerFolder(): string {
  const { folder, failure } = inject("consumer");
  if (failure !== undefined) throw new Error(`The packages could not be packed and installed: ${failure}`);
  return folder;
}
