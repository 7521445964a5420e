import { TautlineError } from "@tautline/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { connected } from "./setup.js";

const action = fc.oneof(
  { weight: 4, arbitrary: fc.constant("send" as const) },
  { weight: 3, arbitrary: fc.constant("answer" as const) },
  { weight: 2, arbitrary: fc.constant("wait" as const) },
  { weight: 1, arbitrary: fc.constant("cut" as const) },
  { weight: 1, arbitrary: fc.constant("drain" as const) },
);

it("settles each message once, writes none twice, in order and under growing ids, whatever happens to the connection", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const { client, server, clock } = await connected();
      server.on("order", () => undefined);
      const outcomes = new Map<number, string>();
      let sent = 0;
      const acknowledged = new Set<unknown>();
      const settled = (n: number, outcome: string): void => {
        expect(outcomes.has(n)).toBe(false);
        outcomes.set(n, outcome);
      };
      for (const what of actions) {
        if (what === "send") {
          const n = ++sent;
          client.send("order", n).then(
            () => settled(n, "acknowledged"),
            (error: unknown) => settled(n, TautlineError.is(error) ? error.code : "?"),
          );
        } else if (what === "answer") {
          const open = server.last.of("order").find(({ id }) => !acknowledged.has(id));
          if (open) {
            acknowledged.add(open.id);
            server.last.send({ type: "$ack", id: open.id });
          }
        } else if (what === "cut") {
          server.last.cut();
        } else if (what === "drain") {
          server.last.send({ type: "$reconnect", data: { withinMs: 100 } });
        }
        await clock.advance(what === "wait" ? 1_000 : 0);
      }
      server.on("order", undefined);
      await clock.advance(60_000);
      await client.close();
      await clock.settle();
      const written = server.of("order");
      expect(written.map(({ id }) => id)).toEqual(written.map((_, i) => i + 1));
      const order = written.map(({ data }) => data as number);
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(new Set(order).size).toBe(order.length);
      expect(outcomes.size).toBe(sent);
      for (const [n, outcome] of outcomes) {
        if (outcome === "acknowledged" || outcome === "OUTCOME_UNKNOWN") expect(order).toContain(n);
        else expect(order).not.toContain(n);
      }
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 200 },
  );
});
