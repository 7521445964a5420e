import { isIP } from "node:net";

/** An IP address: its bare text without a zone, an IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) as IPv4. */
export type IpAddress =
  | { readonly version: 4; readonly text: string }
  | { readonly version: 6; readonly text: string; readonly groups: readonly number[] };

/** Reads an address as sockets and proxies write it. Undefined for what is none. */
export function ipAddress(address: string | undefined): IpAddress | undefined {
  const [text = ""] = address?.split("%", 1) ?? [];
  const version = isIP(text);
  if (version === 4) return { version, text };
  if (version !== 6) return undefined;
  const groups = groupsOf(text);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? { version: 4, text: ipv4Of(groups) } : { version, text, groups };
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
