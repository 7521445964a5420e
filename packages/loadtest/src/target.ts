import { BlockList, isIP } from "node:net";
import { invalidOption, TautlineError } from "@tautline/protocol";

/** Gives the addresses of a host name. Throws where there are none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** Loopback, link-local, and the ranges of [RFC 1918](https://www.rfc-editor.org/rfc/rfc1918) and [RFC 4193](https://www.rfc-editor.org/rfc/rfc4193). */
const near = new BlockList();
near.addSubnet("127.0.0.0", 8);
near.addSubnet("10.0.0.0", 8);
near.addSubnet("172.16.0.0", 12);
near.addSubnet("192.168.0.0", 16);
near.addSubnet("169.254.0.0", 16);
near.addAddress("0.0.0.0");
near.addAddress("::1", "ipv6");
near.addAddress("::", "ipv6");
near.addSubnet("fc00::", 7, "ipv6");
near.addSubnet("fe80::", 10, "ipv6");

/** The address of a server as a url. @throws `INVALID_OPTION` for what is none */
export function targetOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:") url.protocol = "ws:";
  if (url?.protocol === "https:") url.protocol = "wss:";
  if (!url || (url.protocol !== "ws:" && url.protocol !== "wss:") || url.hostname === "") {
    throw invalidOption("url", 'an address as "ws://localhost:8080/live"', text);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TautlineError(
      "INVALID_OPTION",
      "url: expected no user and password in the address; use --token-env or --header",
    );
  }
  return url;
}

/** A target as it may be printed: a query may hold a token. */
export function withoutQuery(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search === "" ? "" : "?…"}`;
}

/**
 * Makes sure that a load test meets nobody by accident: the host is this machine or in a private network, or the caller
 * says that the server is theirs. A name counts as what all its addresses are.
 *
 * @throws `INVALID_OPTION`
 */
export async function checkTarget(url: URL, isOwned: boolean, lookup: Lookup): Promise<void> {
  if (isOwned) return;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (host === "localhost" || host.endsWith(".localhost")) return;
  const addresses = isIP(host) ? [host] : await addressesOf(host, lookup);
  const foreign = addresses.find((address) => !isNear(address));
  if (foreign === undefined) return;
  const named = foreign === host ? host : `${host} (${foreign})`;
  throw new TautlineError(
    "INVALID_OPTION",
    `url: expected a server on this machine or in a private network, got ${named}. If that server is yours, say so with --i-own-this-server`,
  );
}

function isNear(address: string): boolean {
  const [bare = ""] = address.split("%");
  return near.check(bare, isIP(bare) === 6 ? "ipv6" : "ipv4");
}

async function addressesOf(host: string, lookup: Lookup): Promise<readonly string[]> {
  try {
    return await lookup(host);
  } catch (error) {
    throw new TautlineError("INVALID_OPTION", `url: there is no host ${host}`, { cause: error });
  }
}
