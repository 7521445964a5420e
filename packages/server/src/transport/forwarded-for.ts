/** Whether an address that a request came over is a proxy of ours. `hop` is 0 for the socket's own peer, 1 for whoever that one names, … */
export type IsTrusted = (address: string, hop: number) => boolean;

/** `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]` or `[2001:db8::1]:4711`: proxies write all of them. */
const withPort = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::\d{1,5})?$/;

/**
 * The address of the peer that our proxies serve: the rightmost that is not trusted. Each proxy adds at the right end of
 * `X-Forwarded-For` whom it serves, so that whatever stands to the left of the first stranger is only what that stranger claims.
 *
 * @param peer - the socket's own peer
 * @param header - `X-Forwarded-For`, several of them joined by commas
 * @param isAddress - whether a text is an IP address
 * @returns the peer itself where it is not trusted; where a trusted proxy names nobody, or something that is no address, that proxy.
 */
export function forwardedFor(
  peer: string,
  header: string | undefined,
  { isTrusted, isAddress }: { readonly isTrusted: IsTrusted; readonly isAddress: (text: string) => boolean },
): string {
  let address = peer;
  let end = header?.length ?? 0;
  for (let hop = 0; isTrusted(address, hop); hop++) {
    if (header === undefined || end <= 0) return address;
    const comma = header.lastIndexOf(",", end - 1);
    const named = bare(header.slice(comma + 1, end).trim());
    if (!isAddress(named)) return address;
    address = named;
    end = comma;
  }
  return address;
}

function bare(entry: string): string {
  const [, bracketed, dotted] = withPort.exec(entry) ?? [];
  return bracketed ?? dotted ?? entry;
}
