// Whose pages may connect, written anew for origins as browsers send them (RFC 6454 §6.2): no URL parser takes part.

/** What a request says, and what the server was told. */
export interface Visit {
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly origins: readonly string[];
  readonly publicOrigin: string | undefined;
  readonly allowsLoopback: boolean;
}

interface Place {
  readonly name: string;
  readonly port: number;
}

/** Names whose last label is a word, and addresses as browsers write them: of others this knows nothing. */
const word = /^(?:[a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z]([a-z0-9-]*[a-z0-9])?$/;
const address = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function placeOf(text: string, scheme: string): Place | undefined {
  const [, name = "", digits] = /^([a-z0-9.-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (name.includes("xn--") || !(word.test(name) || address.test(name)) || Number(digits ?? 0) > 65_535)
    return undefined;
  return { name, port: digits === undefined ? ({ http: 80, https: 443 }[scheme] ?? 0) : Number(digits) };
}

/** Whether a browser would write it so: without the scheme's own port, and without zeros before a number. */
const isAsWritten = ({ name, port }: Place, scheme: string, written: string): boolean =>
  written === (port === ({ http: 80, https: 443 }[scheme] ?? 0) ? name : `${name}:${port}`);

const isLoopback = ({ name }: Place): boolean => /^(.+\.)?localhost$|^127\./.test(name);

/** Whether the page may connect; undefined where this does not know. */
export function mayConnect({
  origin,
  host,
  origins,
  publicOrigin,
  allowsLoopback,
}: Visit): boolean | undefined {
  if (origin === undefined || origins.includes(origin) || origin === publicOrigin) return true;
  if (origin === "null" || origin === "") return false;
  const [, scheme = "", rest = ""] = /^(https?):\/\/(.*)$/.exec(origin) ?? [];
  const page = placeOf(rest, scheme);
  if (!page) return undefined;
  if (host === undefined || host === "")
    return publicOrigin === undefined || !allowsLoopback ? false : undefined;
  const own = placeOf(host, scheme);
  if (!own) return undefined;
  const isSame = own.name === page.name && own.port === page.port;
  if (publicOrigin === undefined && isSame && isAsWritten(page, scheme, rest)) return true;
  return allowsLoopback && isLoopback(page) && isLoopback(own);
}
