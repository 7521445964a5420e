import { TautlineError } from "@tautline/protocol";
import fc from "fast-check";
import { addressKey } from "../../../packages/server/src/throttler/address-key.js";
import { peerAddressBy } from "../../../packages/server/src/transport/trust-proxy.js";
import { bytesOf, check, type Target, textOf } from "../engine/target.js";
import { clientAddress } from "../reference/client-address.js";

const addresses = [
  "10.0.0.1",
  "192.0.2.1",
  "2001:db8::7",
  "::ffff:10.0.0.1",
  "::1",
  "fe80::1%eth0",
  "::ffff:a00:1",
  "64:ff9b::192.0.2.33",
  "unknown",
  "1.2.3",
];
const address = fc.oneof(fc.constantFrom(...addresses), fc.ipV4(), fc.ipV6());
const network = fc.oneof(
  fc.constantFrom(
    "10.0.0.0/8",
    "fd00::/8",
    "::ffff:10.0.0.0/104",
    "2001:db8::/32",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.1",
    "10.0.0.0/08",
  ),
  fc.tuple(address, fc.nat(130)).map(([text, prefix]) => `${text}/${prefix}`),
);
const entry = fc.oneof(
  address,
  address.map((text) => `[${text}]`),
  fc
    .tuple(address, fc.nat(70_000))
    .map(([text, port]) => (text.includes(":") ? `[${text}]:${port}` : `${text}:${port}`)),
  fc.string({ maxLength: 8 }),
);
const option = fc.oneof(
  fc.constant("off"),
  fc.integer({ min: -1, max: 34 }).map(String),
  fc.array(network, { maxLength: 3 }).map((all) => all.join(" ")),
);

/** Who a connection is from: the option `trustProxy`, the socket's address and `X-Forwarded-For`, a line each. */
export const target: Target = {
  name: "client-address",
  covers: [
    "server/src/transport/forwarded-for.ts",
    "server/src/transport/trust-proxy.ts",
    "server/src/throttler/ip-address.ts",
    "server/src/throttler/address-key.ts",
  ],
  leastBranches: 0.95,
  words: [
    ...addresses,
    "[",
    "]",
    ":",
    ":4711",
    ", ",
    "/8",
    "/128",
    "::ffff:",
    "%",
    "\n",
    "0x7f.1",
    "127.1",
    "010.0.0.1",
  ],
  seeds: () =>
    [
      "2\n10.0.0.1\n203.0.113.9, 10.0.0.2",
      "10.0.0.0/8 fd00::/8\n::ffff:10.0.0.1\n[2001:db8::1]:80,10.1.2.3:5",
    ].map(bytesOf),
  structured: fc
    .tuple(option, address, fc.array(entry, { maxLength: 4 }))
    .map(([trusted, peer, header]) => bytesOf([trusted, peer, header.join(",")].join("\n"))),
  run(input) {
    const [trusted = "", peer = "", ...header] = textOf(input).split("\n");
    const said = header.length === 0 ? undefined : header.join("\n");
    const networks = trusted.split(" ").filter((text) => text !== "");
    const given = /^-?\d{1,3}$/.test(trusted) ? Number(trusted) : networks;
    const isOff = trusted === "off";
    const expected = isOff ? peer : clientAddress(given, peer, said);
    const got = resultOf(() => peerAddressBy(isOff ? false : given)(peer, said));
    check(got === expected, `expected ${expected}, got ${got}`);
    if (got !== undefined)
      check(/^(unknown|[\d.]+|[\da-f:]+::\/64)$/.test(addressKey(got)), "expected a key");
  },
};

/** Undefined where the option is refused; whatever else is thrown is a fault. */
function resultOf(act: () => string): string | undefined {
  try {
    return act();
  } catch (error) {
    if (TautlineError.is(error) && error.code === "INVALID_OPTION") return undefined;
    throw error;
  }
}
