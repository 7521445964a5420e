import { ScriptedTransport, seededRandom, VirtualClock } from "@tautline/testing";
import { expect } from "vitest";
import type { LimitName } from "../../src/index.js";
import { type ChatOptions, chatServer } from "../support/serving.js";

/** A server on a clock that is turned by hand, and peers that a test holds by their end. */
export function limited(options: ChatOptions = {}) {
  const clock = new VirtualClock();
  const random = seededRandom(7);
  const server = chatServer({
    clock,
    random,
    authenticate: ({ token }) => ({ id: token ?? "guest" }),
    ...options,
  });
  let clients = 0;
  return {
    clock,
    server,
    /** How often a limit was reached. */
    reached: (name: LimitName) => server.stats().totals.limits[name],
    /** A plain peer. */
    plain: (remoteAddress = "192.0.2.1"): ScriptedTransport => {
      const transport = new ScriptedTransport("");
      server.accept(transport, { url: "/", headers: {}, remoteAddress });
      return transport;
    },
    /** A full peer that says `$hello`. */
    full: (hello: Record<string, unknown> = {}, remoteAddress = "192.0.2.1"): ScriptedTransport => {
      const transport = new ScriptedTransport();
      server.accept(transport, { url: "/", headers: {}, remoteAddress });
      const client = `client-${++clients}-0123456789abcdef`;
      transport.send({ type: "$hello", data: { client, attempt: 1, rooms: [], ...hello } });
      return transport;
    },
  };
}

/** Expects that a peer was told to come back later, and closed with 1013. */
export function expectRefused(transport: ScriptedTransport): void {
  expect(transport.take("$error").error).toMatchObject({ code: "TOO_MANY_CONNECTIONS" });
  expect(transport.closeRequests).toMatchObject([{ code: 1013 }]);
}
