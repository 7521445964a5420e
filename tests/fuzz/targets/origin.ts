import { TautlineError } from "@tautline/protocol";
import fc from "fast-check";
import { originPolicy, whyForeign } from "../../../packages/server/src/transport/origin.js";
import { bytesOf, check, type Target, textOf } from "../engine/target.js";
import { mayConnect, type Visit } from "../reference/origin-verdict.js";

const hosts = [
  "app.example.com",
  "example.com",
  "localhost",
  "a.localhost",
  "127.0.0.1",
  "127.1",
  "[::1]",
  "xn--bcher-kva.example",
  "evil.com",
];
const host = fc.oneof(fc.constantFrom(...hosts), fc.domain());
const place = fc
  .tuple(host, fc.constantFrom("", "", ":80", ":443", ":8080", ":99999", ":"))
  .map((parts) => parts.join(""));
const origin = fc.oneof(
  fc.constantFrom(
    "null",
    "",
    "file://",
    "https://app.example.com.evil.com",
    "https://APP.example.com",
    "https://a@app.example.com",
  ),
  fc
    .tuple(fc.constantFrom("https://", "http://", "ws://", "//", "javascript:"), place)
    .map((parts) => parts.join("")),
);

/** Whether a page may connect: its origin, the request's host, the options `origins` and `publicOrigin`, whether loopback is allowed, a line each. */
export const target: Target = {
  name: "origin",
  covers: ["server/src/transport/origin.ts"],
  leastBranches: 0.95,
  words: [
    ...hosts,
    "https://",
    "http://",
    ":443",
    ":80",
    "@",
    "/",
    "\\",
    "?",
    "#",
    "%2e",
    ".",
    "null",
    "\n",
    "\t",
    "yes",
    "any",
  ],
  seeds: () =>
    [
      "https://app.example.com\napp.example.com",
      "http://localhost:5173\nlocalhost:8080\n\n\nyes",
      "https://a.example\nb.example\nhttps://a.example https://c.example\nhttps://b.example",
    ].map(bytesOf),
  structured: fc
    .tuple(
      origin,
      place,
      fc.oneof(fc.array(origin, { maxLength: 2 }), fc.constant(["any"])),
      fc.oneof(origin, fc.constant("")),
      fc.constantFrom("", "yes"),
    )
    .map(([from, to, allowed, own, loopback]) =>
      bytesOf([from, to, allowed.join(" "), own, loopback].join("\n")),
    ),
  run(input) {
    const [from, to, allowed = "", own = "", loopback = ""] = textOf(input).split("\n");
    const visit: Visit = {
      origin: from,
      host: to,
      origins: allowed.split(" ").filter((text) => text !== ""),
      publicOrigin: own === "" ? undefined : own,
      allowsLoopback: loopback === "yes",
    };
    const policy = policyOf(visit, allowed === "any");
    if (!policy) return;
    const why = whyForeign(visit.origin, visit.host, policy);
    check(why === undefined || typeof why === "string", "expected a reason");
    const expected = allowed === "any" ? true : mayConnect(visit);
    check(expected === undefined || expected === (why === undefined), `expected ${expected}, got ${why}`);
  },
};

/** Undefined where an option is refused; whatever else is thrown is a fault. */
function policyOf({ origins, publicOrigin, allowsLoopback }: Visit, isAny: boolean) {
  try {
    return originPolicy(
      isAny ? "any" : origins.length > 0 ? origins : undefined,
      publicOrigin,
      allowsLoopback,
    );
  } catch (error) {
    if (TautlineError.is(error) && error.code === "INVALID_OPTION") return undefined;
    throw error;
  }
}
