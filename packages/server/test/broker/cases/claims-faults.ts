import type { Claims } from "../../../src/broker/claims.js";
import type { Forwarding } from "../../support/forwarding.js";
import type { Fault } from "./fault.js";

type OpenClaims = NonNullable<Forwarding["claims"]>;

/** Mistakes in what is remembered of clients' messages. */
export const claimsFaults: readonly Fault[] = [
  claimsFault("takes an answer from whoever gives it", (claims) => {
    const { claim, answer } = claims;
    const owners = new Map<string, string>();
    claims.claim = async (scope, id, request) => {
      const result = await claim(scope, id, request);
      if (result.kind === "new" || result.kind === "lapsed") owners.set(`${scope} ${id}`, request.owner);
      return result;
    };
    claims.answer = (scope, id, given) =>
      answer(scope, id, { ...given, owner: owners.get(`${scope} ${id}`) ?? given.owner });
  }),
  claimsFault("gives a message to everyone who claims it", (claims) => {
    const { claim } = claims;
    claims.claim = async (...call) => {
      const result = await claim(...call);
      return result.kind === "pending" ? { kind: "new" } : result;
    };
  }),
  claimsFault("handles a repeat again", (claims) => {
    const { claim } = claims;
    claims.claim = async (...call) => {
      const result = await claim(...call);
      return result.kind === "answered" ? { kind: "new" } : result;
    };
  }),
  claimsFault("knows no end of a lease", (claims) => {
    const { claim } = claims;
    claims.claim = (scope, id, request) => claim(scope, id, { ...request, leaseMs: 1e12 });
  }),
  claimsFault("takes a message that lapsed for a new one", (claims) => {
    const { claim } = claims;
    claims.claim = async (...call) => {
      const result = await claim(...call);
      return result.kind === "lapsed" ? { kind: "new" } : result;
    };
  }),
  claimsFault("gives up an answer with the lease", (claims, clock) => {
    const { claim, answer } = claims;
    const ends = new Map<string, number>();
    claims.claim = (scope, id, request) => {
      ends.set(`${scope} ${id}`, clock.monotonic() + request.leaseMs);
      return claim(scope, id, request);
    };
    claims.answer = (scope, id, given) =>
      clock.monotonic() > (ends.get(`${scope} ${id}`) ?? 0) ? false : answer(scope, id, given);
  }),
  claimsFault("tells one message's answer to another", (claims) => {
    const { claim } = claims;
    claims.claim = (scope, id, request) => claim(scope, id, { ...request, type: "any", room: undefined });
  }),
  claimsFault("fences nobody", (claims) => {
    const { claim } = claims;
    claims.claim = (scope, id, request) => claim(scope, id, { ...request, attempt: 1e9 });
  }),
  claimsFault("lets an older attempt take the record back", (claims) => {
    const { open } = claims;
    const newest = new Map<string, number>();
    claims.open = (scope, attempt) => {
      newest.set(scope, Math.max(attempt, newest.get(scope) ?? 0));
      return open(scope, newest.get(scope) ?? attempt);
    };
  }),
  claimsFault("waits for ever", (claims) => {
    claims.wait = () => new Promise(() => undefined);
  }),
  claimsFault("does not wait", (claims) => {
    claims.wait = () => Promise.resolve();
  }),
  claimsFault("drops a record when an older connection ends", (claims) => {
    const { open, release } = claims;
    const attempts = new Map<string, number>();
    claims.open = (scope, attempt) => {
      attempts.set(scope, Math.max(attempt, attempts.get(scope) ?? 0));
      return open(scope, attempt);
    };
    claims.release = (scope, _, ttlMs) => release(scope, attempts.get(scope) ?? 0, ttlMs);
  }),
  claimsFault("keeps records for ever", (claims) => {
    claims.release = () => undefined;
  }),
  claimsFault("drops a record with its connection", (claims) => {
    const { release } = claims;
    claims.release = (scope, attempt) => release(scope, attempt, 1);
  }),
  claimsFault("resumes a record that it has lost", (claims) => {
    const { open } = claims;
    claims.open = async (scope, attempt) => {
      const result = await open(scope, attempt);
      return result.kind === "open" ? { ...result, since: 1 } : result;
    };
  }),
  claimsFault("drops a record in part: it begins anew under the old name", (claims) => {
    const { claim } = claims;
    claims.claim = async (scope, id, request) => {
      const result = await claim(scope, id, request);
      return result.kind === "no-record" ? { kind: "new" } : result;
    };
  }),
  claimsFault("forgets with an answer that its id was taken", (claims) => {
    const { claim } = claims;
    claims.claim = async (...call) => {
      const result = await claim(...call);
      return result.kind === "answered" && !result.answer ? { kind: "new" } : result;
    };
  }),
  claimsFault("takes scopes of any case for the same", (claims) => {
    const { open } = claims;
    claims.open = (scope, attempt) => open(scope.toLowerCase(), attempt);
  }),
  { name: "keeps every answer", limits: { claims: { answers: 1_000 } } },
  { name: "keeps every record", limits: { claims: { records: 1_000 } } },
];

function claimsFault(
  name: string,
  plant: (claims: OpenClaims, clock: Parameters<NonNullable<Fault["plant"]>>[2]) => void,
): Fault {
  return {
    name,
    plant({ claims }, _, clock) {
      if (claims) plant(claims satisfies Claims, clock);
    },
  };
}
