import { internalCanary } from "../surroundings/canaries.js";

const secret = `${internalCanary} SELECT * FROM users; /srv/app/secret.js:1`;

function rejecting(reason: unknown): () => Promise<never> {
  return () => Promise.reject(reason);
}

function throwing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

function circular(): Error {
  const error: Error & { self?: unknown } = new Error(secret);
  error.self = error;
  return error;
}

/** An object that throws at whoever looks at one of its properties. */
function trapped(...properties: readonly string[]): object {
  const get = () => {
    throw new Error(secret);
  };
  return Object.defineProperties({}, Object.fromEntries(properties.map((name) => [name, { get }])));
}

const throwingProxy = () =>
  new Proxy(
    {},
    {
      get: throwing(new Error(secret)),
      has: throwing(new Error(secret)),
      getPrototypeOf: throwing(new Error(secret)),
    },
  );

/** The ways in which a handler can fail, by name. */
export const failures: { readonly [how: string]: () => unknown } = {
  error: throwing(new Error(secret)),
  rejection: rejecting(new Error(secret)),
  "type error": throwing(new TypeError(secret)),
  "range error": () => new Array(-1),
  "stack overflow": function overflow(): unknown {
    return [overflow()];
  },
  "error with a cause": throwing(new Error("outer", { cause: new Error(secret) })),
  "aggregate error": rejecting(new AggregateError([new Error(secret)], secret)),
  "error with a code": throwing(Object.assign(new Error(secret), { code: "ECONNREFUSED" })),
  "error with a status": throwing(Object.assign(new Error(secret), { status: 403, expose: true })),
  "circular error": () => throwing(circular())(),
  null: throwing(null),
  undefined: throwing(undefined),
  "rejected undefined": rejecting(undefined),
  string: throwing(secret),
  number: throwing(42),
  symbol: throwing(Symbol(secret)),
  bigint: throwing(1n),
  function: throwing(() => secret),
  "plain object": throwing({ code: "FORBIDDEN", message: secret }),
  "object without prototype": throwing(Object.assign(Object.create(null), { message: secret })),
  "throwing getters": () => throwing(trapped("message", "code", "stack", "name"))(),
  "throwing then": () => trapped("then"),
  "throwing proxy": () => throwing(throwingProxy())(),
  "rejected throwing proxy": () => rejecting(throwingProxy())(),
  "class named like ours": () => {
    class TautlineError extends Error {
      readonly code = "FORBIDDEN";
    }
    throw new TautlineError(secret);
  },
  "late rejection": () => new Promise((_, reject) => setTimeout(reject, 5, new Error(secret))),
};
