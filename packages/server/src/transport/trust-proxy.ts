import { BlockList } from "node:net";
import { invalidOption } from "@tautline/protocol";
import { type IpAddress, ipAddress } from "../throttler/ip-address.js";
import { forwardedFor, type IsTrusted } from "./forwarded-for.js";

/**
 * Which proxies are believed when they say whom they serve: how many of them stand between the server and the internet, or the
 * networks they are in, as `10.0.0.0/8`, `fd00::/8` or a single address.
 */
export type TrustProxy = number | readonly string[] | false;

/** The address of a peer, from that of the socket and from `X-Forwarded-For`. */
export type PeerAddress = (socketAddress: string, header: string | undefined) => string;

/**
 * Checks the option, and makes of it how addresses are found.
 *
 * @throws `INVALID_OPTION` for what is no number of proxies and no list of networks, and for a network of all addresses:
 * everybody could claim to be anybody.
 */
export function peerAddressBy(option: TrustProxy | undefined): PeerAddress {
  if (option === undefined || option === false) return (socketAddress) => socketAddress;
  const isTrusted = typeof option === "number" ? byCount(option) : byNetwork(option);
  // A zone means something to the proxy at best.
  const isAddress = (text: string) => !text.includes("%") && ipAddress(text) !== undefined;
  return (socketAddress, header) => forwardedFor(socketAddress, header, { isTrusted, isAddress });
}

function byCount(proxies: number): IsTrusted {
  if (!Number.isSafeInteger(proxies) || proxies < 1 || proxies > 32)
    throw invalidOption("trustProxy", "from 1 to 32 proxies, networks like 10.0.0.0/8, or false", proxies);
  return (_address, hop) => hop < proxies;
}

function byNetwork(networks: unknown): IsTrusted {
  if (!Array.isArray(networks) || networks.length === 0)
    throw invalidOption("trustProxy", "a number of proxies, networks like 10.0.0.0/8, or false", networks);
  const trusted = new BlockList();
  for (const network of networks) {
    const { address, prefix } = networkOf(network);
    trusted.addSubnet(address.text, prefix, familyOf(address));
  }
  return (text) => {
    const address = ipAddress(text);
    return address !== undefined && trusted.check(address.text, familyOf(address));
  };
}

/** A network as `10.0.0.0/8`, or an address as a network of its own. */
function networkOf(network: unknown): { readonly address: IpAddress; readonly prefix: number } {
  const refused = (expected: string) => invalidOption("trustProxy", expected, network);
  const [, text = "", digits] =
    (typeof network === "string" && /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(network)) || [];
  const address = ipAddress(text);
  if (!address || (digits?.length ?? 0) > String(Number(digits)).length)
    throw refused("networks like 10.0.0.0/8 or fd00::/8, or addresses");
  const bits = address.version === 4 ? 32 : 128;
  // An IPv4 network that is written as IPv6 has 96 bits before those of its own.
  const written = address.version === 4 && text.includes(":") ? 96 : 0;
  const prefix = digits === undefined ? bits : Number(digits) - written;
  if (prefix < 1 || prefix > bits)
    throw refused(
      `a network with a prefix of ${written + 1} to ${written + bits} bits: '${text}/${written + bits}' is one address`,
    );
  return { address, prefix };
}

function familyOf({ version }: IpAddress): "ipv4" | "ipv6" {
  return version === 4 ? "ipv4" : "ipv6";
}
