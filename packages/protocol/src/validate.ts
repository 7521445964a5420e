import type { StandardSchemaV1 } from "@standard-schema/spec";
import { cutToBytes } from "./limits.js";
import { failure, type MaybePromise, type Result, success } from "./result.js";
import { type Issue, TautlineError } from "./tautline-error.js";

/** Any schema of a [Standard Schema](https://standardschema.dev) library: zod, valibot, arktype and others. */
export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;

/** A schema that checks nothing: `T` is a promise of the program's author, not a fact. */
export function unchecked<T>(): Schema<T, T> {
  return { "~standard": { version: 1, vendor: "tautline", validate: (value) => ({ value: value as T }) } };
}

/** Issues beyond these are left out: an error stays small, whatever was sent. */
const maxIssues = 20;
const maxIssueBytes = 200;

/**
 * Checks `value`, and gives the schema's output. Without a schema there is nothing to carry: the output is undefined,
 * whatever came.
 *
 * @returns the output; `BAD_DATA` with the issues; `HANDLER_FAILED` if the schema itself threw. Never throws, and its promise
 * never rejects. A synchronous schema never makes a promise.
 */
export function validate<S extends Schema>(
  schema: S | undefined,
  value: unknown,
): MaybePromise<Result<StandardSchemaV1.InferOutput<S>>> {
  if (schema === undefined) return success(undefined as StandardSchemaV1.InferOutput<S>);
  try {
    const result = schema["~standard"].validate(value);
    // A promise of another realm is no instance of our `Promise`.
    return "then" in result
      ? Promise.resolve(result)
          .then(toResult<S>)
          .catch(toThrown)
      : toResult<S>(result);
  } catch (cause) {
    return toThrown(cause);
  }
}

function toResult<S extends Schema>(
  result: StandardSchemaV1.Result<unknown>,
): Result<StandardSchemaV1.InferOutput<S>> {
  if (!result.issues) return success(result.value as StandardSchemaV1.InferOutput<S>);
  // Copied first: arktype's issues and paths are arrays of classes of its own, and so would be what `map` makes of them.
  const issues = [...result.issues].slice(0, maxIssues).map(toIssue);
  const first = issues[0];
  const where = first?.path?.length ? `${first.path.join(".")}: ` : "";
  return failure(new TautlineError("BAD_DATA", `${where}${first?.message ?? "invalid"}`, { issues }));
}

function toIssue(issue: StandardSchemaV1.Issue): Issue {
  const message = cutToBytes(issue.message, maxIssueBytes);
  if (!issue.path?.length) return { message };
  const path = [...issue.path].map((segment) => {
    const key = typeof segment === "object" ? segment.key : segment;
    return typeof key === "number" ? key : cutToBytes(String(key), maxIssueBytes);
  });
  return { message, path };
}

function toThrown(cause: unknown): Result<never> {
  return failure(new TautlineError("HANDLER_FAILED", "the schema threw", { cause }));
}
