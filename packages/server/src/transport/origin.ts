import { cutToBytes, invalidOption } from "@tautline/protocol";

/** Of what a peer wrote, so much is told in a reason: it is logged. */
const maxQuotedBytes = 255;

/** Whose pages may connect. */
export interface OriginPolicy {
  readonly origins: ReadonlySet<string> | "any";
  /** The server's own origin as browsers see it; undefined: whatever host the request names. */
  readonly publicOrigin: string | undefined;
  /** Whether pages of this machine may reach a server of this machine, whatever their ports: a Vite dev server. */
  readonly allowsLoopback: boolean;
}

/**
 * Checks the options about origins.
 *
 * @throws `INVALID_OPTION` for what is no origin, as `https://app.example.com/`.
 */
export function originPolicy(
  origins: readonly string[] | "any" | undefined,
  publicOrigin: string | undefined,
  allowsLoopback: boolean,
): OriginPolicy {
  if (publicOrigin !== undefined) checkIsOrigin("publicOrigin", publicOrigin);
  if (origins === "any") return { origins, publicOrigin, allowsLoopback };
  for (const origin of origins ?? []) checkIsOrigin("origins", origin);
  return { origins: new Set(origins), publicOrigin, allowsLoopback };
}

/** Why a page of `origin` may not connect to `host`; undefined: it may. */
export function whyForeign(
  origin: string | undefined,
  host: string | undefined,
  { origins, publicOrigin, allowsLoopback }: OriginPolicy,
): string | undefined {
  // Only browsers send it, and only they carry a user's cookies to wherever a page likes.
  if (origin === undefined || origins === "any" || origins.has(origin) || origin === publicOrigin)
    return undefined;
  const page = parse(origin);
  if (page && publicOrigin === undefined && isOfWeb(page, origin) && sameHost(page, host)) return undefined;
  if (page && allowsLoopback && isLoopback(page.hostname) && isLoopback(parse(`http://${host}`)?.hostname))
    return undefined;
  const own = publicOrigin ?? `the host '${cutToBytes(host ?? "", maxQuotedBytes)}'`;
  return `origin '${cutToBytes(origin, maxQuotedBytes)}' is neither ${own} nor in the option 'origins'`;
}

/** Browsers write an origin in one way. What is written in another is none, whatever host it may lead to. */
function isOfWeb(page: URL, origin: string): boolean {
  return /^https?:$/.test(page.protocol) && page.origin === origin;
}

/** The scheme is the page's: behind a proxy that ends TLS, the server cannot know its own. */
function sameHost(page: URL, host: string | undefined): boolean {
  return host !== undefined && parse(`${page.protocol}//${host}`)?.host === page.host;
}

function isLoopback(hostname: string | undefined): boolean {
  if (hostname === undefined) return false;
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function checkIsOrigin(option: string, value: string): void {
  const isOrigin = typeof value === "string" && (value === "null" || parse(value)?.origin === value);
  if (!isOrigin) throw invalidOption(option, "an origin like https://app.example.com", value);
}
