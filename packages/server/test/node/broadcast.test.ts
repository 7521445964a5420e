import type { ScriptedTransport } from "@tautline/testing";
import { describe, expect, it } from "vitest";
import { brokers, closedWith, cluster, type ServerNode } from "./nodes.js";

const notices = (peer: ScriptedTransport) =>
  peer.sent.flatMap(({ type, data }) => (type === "notice" ? [(data as { text: string }).text] : []));

/** Connects a client and finds its connection on the node's side. */
async function connected(node: ServerNode, client: string) {
  const peer = await node.connect(client);
  const { user } = peer.take("$welcome").data as { user: string };
  return { peer, user, connections: node.server.user(user).connections };
}

describe.each(brokers)("over several nodes, on a broker that %s,", (_, wrap) => {
  it("a broadcast reaches every connection once and in order, but those left out, and counts those of its node", async () => {
    const { a, b, c, clock } = cluster(wrap);
    const peers = [await a.connect("ada"), await b.connect("bob"), await c.connect("cleo")];
    const { peer: leftOut, connections } = await connected(b, "dan");
    const sent = ["1", "2"].map((text) => a.server.broadcast("notice", { text }, { except: connections }));
    await clock.advance(20);
    expect(await Promise.all(sent)).toEqual([1, 1]);
    for (const peer of peers) expect(notices(peer)).toEqual(["1", "2"]);
    expect(notices(leftOut)).toEqual([]);
  });

  it("a broadcast that cannot be a frame is refused to its caller, and told to nobody", async () => {
    const { a, b, clock } = cluster(wrap);
    const peer = await b.connect("bob");
    const text = "x".repeat(1_100_000);
    await expect((async () => a.server.broadcast("notice", { text }))()).rejects.toMatchObject({
      code: "TOO_LARGE",
    });
    await clock.advance(20);
    expect(notices(peer)).toEqual([]);
    expect(b.failures).toEqual([]);
  });

  it("a user is closed on every node, and nobody else", async () => {
    const { a, b, clock } = cluster(wrap, { authenticate: () => ({ id: "u1" }) });
    const peers = [await a.connect("ada"), await b.connect("bob")];
    a.server.user("u2").close(4_001, "gone");
    await clock.advance(20);
    expect(peers.map(closedWith)).toEqual([undefined, undefined]);
    a.server.user("u1").close(4_000, "moved");
    await clock.advance(20);
    for (const { closeRequests } of peers) expect(closeRequests).toEqual([{ code: 4_000, reason: "moved" }]);
    expect(() => a.server.user("u3").close(1006)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTION" }),
    );
  });
});
