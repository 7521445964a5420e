import type { Vector } from "../catalogue/row.js";

export interface HeaderSpelling extends Vector {
  readonly headers: readonly (readonly [string, string])[];
}

const values: readonly string[] = [
  ...[
    "203.0.113.7",
    "127.0.0.1",
    "10.0.0.1",
    "::1",
    "2001:db8::1",
    "::ffff:203.0.113.7",
    "[2001:db8::1]:443",
  ],
  ...[
    "203.0.113.7:1234",
    "unknown",
    "_hidden",
    "",
    ",",
    "203.0.113.7, 198.51.100.9",
    "203.0.113.7,,",
    " 203.0.113.7",
  ],
  ...[
    "0.0.0.0",
    "255.255.255.255",
    "203.0.113.999",
    "0x7f.1",
    "2130706433",
    "localhost",
    "203.0.113.7;evil",
    "*",
  ],
  ...["fe80::1%eth0", `${"203.0.113.7, ".repeat(500)}203.0.113.8`],
];

/** Ways to say that one comes from somewhere else, to a server that trusts no proxy. */
export const spoofedAddresses: readonly HeaderSpelling[] = [
  ...values.map((value) => ({
    what: `X-Forwarded-For: ${value.slice(0, 40)}`,
    headers: [["X-Forwarded-For", value]] as const,
  })),
  ...[
    "Forwarded",
    "X-Real-IP",
    "X-Client-IP",
    "CF-Connecting-IP",
    "True-Client-IP",
    "X-Cluster-Client-IP",
    "Via",
  ].map((name) => ({
    what: name,
    headers: [[name, name === "Forwarded" ? "for=203.0.113.7" : "203.0.113.7"]] as const,
  })),
  {
    what: "two X-Forwarded-For",
    headers: [
      ["X-Forwarded-For", "203.0.113.7"],
      ["x-forwarded-for", "198.51.100.9"],
    ],
  },
];
