import type { Payload } from "../broker.js";
import type { ClaimRequest, Claims } from "../claims.js";
import { type BrokerCase, brokerCase, type EngineLimits } from "./broker-case.js";
import { payloadOf, textOf } from "./listener.js";

/** The claims of one engine, as two nodes see them. */
export interface ClaimsHarness {
  readonly here: Claims;
  readonly there: Claims;
  turn(ms: number): Promise<void>;
}

/** A case for brokers that have claims: others remember nothing of clients' messages, which is allowed. */
export function claimsCase(
  name: string,
  attempt: (harness: ClaimsHarness) => Promise<void>,
  limits?: EngineLimits,
): BrokerCase {
  return brokerCase(
    name,
    async (harness) => {
      const { claims: here } = harness.broker;
      const { claims: there } = harness.other;
      if (here && there) await attempt({ here, there, turn: (ms) => harness.turn(ms) });
    },
    limits,
  );
}

/** Claims a message, and says what that gave: `new`, `answered done`. */
export async function claimed(
  claims: Claims,
  scope: string,
  id: number,
  asked: Partial<ClaimRequest> = {},
): Promise<string> {
  const result = await claims.claim(scope, id, claimOf(asked));
  if (result.kind !== "answered") return result.kind;
  return result.answer ? `answered ${textOf(result.answer)}` : "answered";
}

export function claimOf(asked: Partial<ClaimRequest> = {}): ClaimRequest {
  return { owner: "o", attempt: 1, leaseMs: 60_000, type: "say", ...asked };
}

export function answerOf(owner: string, text: string): Payload & { readonly owner: string } {
  return { owner, ...payloadOf(text) };
}

/** Whether a promise has settled. */
export function ended(promise: Promise<void>): { over: boolean } {
  const state = { over: false };
  void promise.then(() => {
    state.over = true;
  });
  return state;
}
