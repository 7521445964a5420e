// What the guide says of `trustProxy`, written anew as plainly as can be: addresses are numbers, networks are ranges of them.

/** An address as a number of 128 bits; an IPv4 address as `::ffff:0:0/96` has it. */
interface Address {
  readonly isV4: boolean;
  readonly bits: bigint;
}

interface Network extends Address {
  /** Of 128. */
  readonly prefix: number;
}

const mapped = 0xffffn << 32n;

function addressOf(text: string): Address | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (octets) {
    if (octets.some((octet) => Number(octet) > 255 || String(Number(octet)) !== octet)) return undefined;
    return { isV4: true, bits: mapped | octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n) };
  }
  if (!/^[0-9a-f:.]+$/i.test(text) || !text.includes(":") || !URL.canParse(`http://[${text}]/`))
    return undefined;
  const [front = "", back] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split("::");
  const groups = (part = "") => part.split(":").filter((group) => group !== "");
  const zeros = Array<string>(8 - groups(front).length - groups(back).length).fill("0");
  const bits = [...groups(front), ...zeros, ...groups(back)].reduce(
    (all, group) => (all << 16n) | BigInt(`0x${group}`),
    0n,
  );
  return { isV4: bits >> 32n === 0xffffn, bits };
}

/** Networks as numbers; undefined where the option makes no sense. */
function networksOf(texts: readonly string[]): readonly Network[] | undefined {
  const networks = texts.map((text) => {
    const [name = "", digits, ...more] = text.split("/");
    const address = addressOf(name);
    if (!address || more.length > 0) return undefined;
    if (digits !== undefined && (!/^\d{1,3}$/.test(digits) || String(Number(digits)) !== digits))
      return undefined;
    // What is written as IPv4 has 96 bits more before it.
    const before = name.includes(":") ? 0 : 96;
    const prefix = digits === undefined ? 128 : Number(digits) + before;
    const least = address.isV4 ? 97 : 1;
    return prefix < least || prefix > 128 ? undefined : { ...address, prefix };
  });
  return networks.every((network) => network !== undefined) && networks.length > 0 ? networks : undefined;
}

/** Who an entry of the header names: proxies may add a port, and put brackets around IPv6. */
function named(entry: string): string {
  const text = entry.trim();
  const bracketed = /^\[([0-9a-f:.]+)\](:\d{1,5})?$/i.exec(text);
  if (bracketed) return bracketed[1] ?? "";
  const [host = "", port, ...more] = text.split(":");
  return port !== undefined && more.length === 0 && /^[\d.]+$/.test(host) && /^\d{1,5}$/.test(port)
    ? host
    : text;
}

/**
 * The client's address: from the right, the first that is no proxy of ours.
 *
 * @returns undefined where the option is refused
 */
export function clientAddress(
  option: number | readonly string[],
  peer: string,
  header: string | undefined,
): string | undefined {
  const networks = typeof option === "number" ? [] : networksOf(option);
  if (!networks || (typeof option === "number" && !(Number.isInteger(option) && option >= 1 && option <= 32)))
    return undefined;
  const isProxy = (text: string, hop: number): boolean => {
    if (typeof option === "number") return hop < option;
    // A zone says which interface the socket's peer is behind.
    const address = addressOf(text.split("%", 1)[0] ?? "");
    // A network of IPv6 that reaches over `::ffff:0:0/96` has all of IPv4 in it.
    return networks.some(({ bits, prefix }) => {
      const rest = BigInt(128 - prefix);
      return address !== undefined && address.bits >> rest === bits >> rest;
    });
  };
  let current = peer;
  for (const [hop, entry] of (header ? header.split(",").reverse() : []).entries()) {
    const next = named(entry);
    if (!isProxy(current, hop) || !addressOf(next)) return current;
    current = next;
  }
  return current;
}
