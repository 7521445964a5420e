import { isIP } from "node:net";

/**
 * The key under which a peer's address is limited. A household or a rented machine is given a whole IPv6 /64, so its
 * 2⁶⁴ addresses are one key; an IPv4 address that a dual-stack socket shows as `::ffff:192.0.2.1` is the same key as
 * `192.0.2.1`.
 *
 * @param address - as `socket.remoteAddress` gives it; a zone (`%eth0`) is ignored.
 * @returns `192.0.2.1`, `2001:db8:0:7::/64`, or `unknown` for what is no address.
 */
export function addressKey(address: string | undefined): string {
  const [bare = ""] = address?.split("%", 1) ?? [];
  const version = isIP(bare);
  if (version === 4) return bare;
  if (version !== 6) return "unknown";
  const groups = groupsOf(bare);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return ipv4Of(groups);
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [left = "", right] = withoutDots(address).split("::");
  const front = left === "" ? [] : left.split(":");
  const back = right === undefined || right === "" ? [] : right.split(":");
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => "0");
  return [...front, ...zeros, ...back].map((group) => Number.parseInt(group, 16));
}

/** An IPv4 tail (`::ffff:192.0.2.1`) as two groups. */
function withoutDots(address: string): string {
  const start = address.lastIndexOf(":") + 1;
  const tail = address.slice(start);
  if (!tail.includes(".")) return address;
  const [a = 0, b = 0, c = 0, d = 0] = tail.split(".").map(Number);
  return `${address.slice(0, start)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function ipv4Of(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
