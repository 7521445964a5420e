import { isIP } from "node:net";
import { TautlineError } from "@tautline/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { peerAddressBy, type TrustProxy } from "../../src/transport/trust-proxy.js";
import { Peer } from "../support/peer.js";
import { chatServer } from "../support/serving.js";

const proxy = "10.0.0.9";
const networks = ["10.0.0.0/8", "fd00::/8"];

/** Option, socket's peer, header, and whose address it is. */
const rows: readonly (readonly [string, TrustProxy | undefined, string, string | undefined, string])[] = [
  ["nobody is trusted by default", undefined, proxy, "203.0.113.7", proxy],
  ["nobody is trusted", false, proxy, "203.0.113.7", proxy],
  ["one proxy names whom it serves", 1, proxy, "203.0.113.7", "203.0.113.7"],
  ["what the peer claimed itself stands to the left", 1, proxy, "1.2.3.4, 203.0.113.7", "203.0.113.7"],
  ["two proxies", 2, proxy, "1.2.3.4, 203.0.113.7, 192.0.2.2", "203.0.113.7"],
  ["two proxies, of which one was passed by", 2, proxy, "203.0.113.7", "203.0.113.7"],
  ["a proxy that names nobody", 1, proxy, undefined, proxy],
  ["a proxy that names nobody in an empty header", 1, proxy, "", proxy],
  ["a proxy that names nonsense", 1, proxy, "203.0.113.7, unknown", proxy],
  ["a hole in the list", 2, proxy, "203.0.113.7,, 192.0.2.2", "192.0.2.2"],
  ["a peer that is no proxy", networks, "198.51.100.1", "10.0.0.1", "198.51.100.1"],
  ["a proxy of the network", networks, proxy, "203.0.113.7", "203.0.113.7"],
  [
    "proxies of the network, and a claim",
    networks,
    proxy,
    "1.2.3.4, 203.0.113.7, 10.1.1.1, 10.2.2.2",
    "203.0.113.7",
  ],
  ["a claim to be a proxy", networks, proxy, "10.5.5.5, 203.0.113.7", "203.0.113.7"],
  ["nobody but proxies", networks, proxy, "10.1.1.1, 10.2.2.2", "10.1.1.1"],
  ["a proxy over IPv6", networks, "fd00::1", "2001:db8::5", "2001:db8::5"],
  [
    "a proxy that a dual-stack socket shows as IPv6",
    networks,
    "::ffff:10.0.0.9",
    "203.0.113.7",
    "203.0.113.7",
  ],
  ["a mapped address in the header", networks, proxy, "203.0.113.7, ::ffff:10.1.1.1", "203.0.113.7"],
  ["a network that is written as IPv6", ["::ffff:10.0.0.0/104"], proxy, "203.0.113.7", "203.0.113.7"],
  ["a single address", [proxy], proxy, "203.0.113.7", "203.0.113.7"],
  ["another than the single address", [proxy], "10.0.0.8", "203.0.113.7", "10.0.0.8"],
  ["an address with a port", 1, proxy, "203.0.113.7:4711", "203.0.113.7"],
  ["an IPv6 address in brackets", 1, proxy, "[2001:db8::5]", "2001:db8::5"],
  ["an IPv6 address with a port", 1, proxy, "[2001:db8::5]:4711", "2001:db8::5"],
  ["a quoted address", 1, proxy, '"203.0.113.7"', proxy],
  ["an address with leading zeros", 1, proxy, "203.0.113.007", proxy],
  ["no address of the socket", networks, "", "203.0.113.7", ""],
];

describe("A-84 the peer's address", () => {
  it.each(rows)("A-84 %s", (_what, option, socketAddress, header, expected) => {
    expect(peerAddressBy(option)(socketAddress, header)).toBe(expected);
  });

  const wrong: readonly unknown[] = [
    ...[0, -1, 1.5, Number.NaN, 33, true, "10.0.0.0/8", {}, [], [5], [null]],
    ...[
      ["10.0.0.0/33"],
      ["10.0.0.0/0"],
      ["::/0"],
      ["10.0.0.0/-1"],
      ["10.0.0.0/08"],
      ["10.0.0.0/"],
      ["10.0.0/8"],
    ],
    ...[
      ["fd00::/129"],
      ["example.com"],
      [""],
      ["10.0.0.0/8/8"],
      ["10.0.0.1%eth0"],
      [" 10.0.0.1"],
      ["10.0.0.0/8", "x"],
    ],
    // All of IPv6, dressed up as a network of IPv4.
    ...[["::ffff:10.0.0.0/8"], ["::ffff:10.0.0.0/96"], ["0.0.0.0/0"]],
  ];
  it.each(wrong.map((option) => [option]))(
    "A-84 is not found by %j: that is refused at the start",
    (option) => {
      const refused = (() => {
        try {
          return chatServer({ trustProxy: option as TrustProxy });
        } catch (error) {
          return error;
        }
      })() as TautlineError;
      expect(TautlineError.is(refused) && refused.code).toBe("INVALID_OPTION");
      expect(refused.message).toContain("trustProxy");
    },
  );

  it("A-84 is never what a stranger wrote to the left of it", () => {
    const find = peerAddressBy(2);
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), fc.ipV4(), (claim, client, second) => {
        expect(find(proxy, `${claim}, ${client}, ${second}`)).toBe(client);
      }),
    );
  });

  it("A-84 is found in any header, however it is written", () => {
    const find = peerAddressBy(networks);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."1209.:,[] f%/"), maxLength: 80 }), (header) => {
        expect(isIP(find(proxy, header))).toBeGreaterThan(0);
      }),
    );
  });

  it("A-84 is told to authenticate, by the proxies that are trusted alone", async () => {
    const told: string[] = [];
    const authenticate = ({ request }: { request: { remoteAddress: string } }) => {
      told.push(request.remoteAddress);
      return { id: "u" };
    };
    const headers = { "X-Forwarded-For": "1.2.3.4, 203.0.113.7" };
    const { url: open } = await chatServer({ authenticate }).listen({ host: "127.0.0.1" });
    const { url: behind } = await chatServer({ authenticate, trustProxy: ["127.0.0.0/8"] }).listen({
      host: "127.0.0.1",
    });
    for (const url of [open, behind]) {
      const peer = await Peer.connect(url, undefined, headers);
      peer.send({ type: "ping" });
      await peer.next("pong");
    }
    expect(told).toEqual(["127.0.0.1", "203.0.113.7"]);
  });
});
