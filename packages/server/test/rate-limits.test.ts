import { describe, expect, it } from "vitest";
import { Peer } from "./support/peer.js";
import { chatServer } from "./support/serving.js";

const feedback = (id: number) => ({ type: "feedback", id, data: { stars: 1 } });

describe("50 messages a minute", () => {
  it.each([
    ["connection", "$ack"],
    ["user", "$error"],
    ["address", "$error"],
  ] as const)("[3.7] [14.2] of a %s pass in one burst, and the next one is told when", async (by, other) => {
    const server = chatServer({
      authenticate: () => ({ id: "ada" }),
      rateLimit: { messages: 50, windowMs: 60_000, by },
    });
    server.handle("feedback", () => undefined);
    const { url } = await server.listen();
    const peer = await Peer.connect(url);
    for (let id = 1; id <= 51; id++) peer.send(feedback(id));
    for (let id = 1; id <= 50; id++) expect((await peer.next("$ack")).id).toBe(id);
    const { id, error } = await peer.next("$error");
    expect({ id, error }).toMatchObject({ id: 51, error: { code: "RATE_LIMITED" } });
    expect(error?.retryAfterMs).toBeGreaterThan(50_000);
    expect(error?.retryAfterMs).toBeLessThanOrEqual(60_000);
    peer.send({ type: "ping" });
    await peer.next("pong");

    const second = await Peer.connect(url);
    second.send(feedback(1));
    expect((await second.next(other)).id).toBe(1);
  });
});
