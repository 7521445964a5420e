import { ipAddress } from "./ip-address.js";

/**
 * The key under which a peer's address is limited. A household or a rented machine is given a whole IPv6 /64, so its
 * 2⁶⁴ addresses are one key; an IPv4 address that a dual-stack socket shows as `::ffff:192.0.2.1` is the same key as
 * `192.0.2.1`.
 *
 * @param address - as `socket.remoteAddress` gives it; a zone (`%eth0`) is ignored.
 * @returns `192.0.2.1`, `2001:db8:0:7::/64`, or `unknown` for what is no address.
 */
export function addressKey(address: string | undefined): string {
  const ip = ipAddress(address);
  if (!ip) return "unknown";
  if (ip.version === 4) return ip.text;
  return `${ip.groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}
