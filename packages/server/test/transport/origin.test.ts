import { describe, expect, it } from "vitest";
import { originPolicy, whyForeign } from "../../src/transport/origin.js";

type Row = readonly [what: string, origin: string | undefined, host: string | undefined, isIn: boolean];

const production = originPolicy(undefined, undefined, false);
const development = originPolicy(undefined, undefined, true);
const listed = originPolicy(["https://app.example.com"], undefined, false);
const behindProxy = originPolicy(undefined, "https://example.com", false);

function check(rows: readonly Row[], policy: typeof production): void {
  it.each(rows)("%s", (_what, origin, host, isIn) => {
    expect(whyForeign(origin, host, policy) === undefined).toBe(isIn);
  });
}

describe("the origin of a page, by default", () => {
  check(
    [
      ["none is no browser", undefined, "example.com", true],
      ["the same host and port", "http://example.com:8080", "example.com:8080", true],
      ["a page over TLS, behind a proxy that ends it", "https://example.com", "example.com", true],
      ["the scheme's own port, written out by a proxy", "https://example.com", "example.com:443", true],
      ["another host", "https://evil.example", "example.com", false],
      ["a host that only begins alike", "https://example.com.evil.example", "example.com", false],
      ["another port", "http://example.com:3000", "example.com:8080", false],
      ["a sandboxed page or a file", "null", "example.com", false],
      ["nonsense", "http://", "example.com", false],
      ["its own host, in another case than browsers write it", "https://EXAMPLE.com", "example.com", false],
      ["its own host, and a path", "https://example.com/", "example.com", false],
      ["its own host, and a user", "https://ada@example.com", "example.com", false],
      ["its own host, by a scheme of no page", "ftp://example.com", "example.com", false],
      ["no host at all", "http://example.com", undefined, false],
      [
        "a page of this machine on another port, in production",
        "http://localhost:5173",
        "localhost:8080",
        false,
      ],
    ],
    production,
  );
});

describe("the origin of a page, outside production", () => {
  check(
    [
      ["a Vite page on another port", "http://localhost:5173", "localhost:8080", true],
      ["by another name of this machine", "http://127.0.0.1:5173", "localhost:8080", true],
      ["over IPv6", "http://[::1]:5173", "[::1]:8080", true],
      ["a page of this machine to another one", "http://localhost:5173", "example.com", false],
      ["a page of another machine to this one", "http://evil.example", "localhost:8080", false],
      ["a name that only looks like this machine", "http://localhost.evil.example", "localhost:8080", false],
      [
        "an address that only looks like this machine",
        "http://127.0.0.1.evil.example",
        "localhost:8080",
        false,
      ],
    ],
    development,
  );
});

describe("the option 'origins'", () => {
  check(
    [
      ["lets those in that it names", "https://app.example.com", "api.example.com", true],
      ["compares the scheme", "http://app.example.com", "api.example.com", false],
      ["leaves the server's own in", "https://api.example.com", "api.example.com", true],
    ],
    listed,
  );
  it("lets every page in where it says so", () => {
    expect(
      whyForeign("https://evil.example", "example.com", originPolicy("any", undefined, false)),
    ).toBeUndefined();
  });
  it("refuses at construction what is no origin", () => {
    for (const origin of ["https://app.example.com/", "app.example.com", "*", ""]) {
      expect(() => originPolicy([origin], undefined, false)).toThrow("expected an origin like");
    }
  });
});

describe("the option 'publicOrigin'", () => {
  check(
    [
      ["is the one", "https://example.com", "10.0.0.7:8080", true],
      ["compares the scheme", "http://example.com", "10.0.0.7:8080", false],
      ["replaces the request's host", "http://10.0.0.7:8080", "10.0.0.7:8080", false],
    ],
    behindProxy,
  );
});

it("names the origin and the option in its refusal", () => {
  const reason = whyForeign("https://evil.example", "example.com", production);
  expect(reason).toBe(
    "origin 'https://evil.example' is neither the host 'example.com' nor in the option 'origins'",
  );
});

it("quotes no more of a peer's words than a log can bear", () => {
  expect(
    whyForeign(`https://${"x".repeat(10_000)}.example`, "y".repeat(10_000), production)?.length,
  ).toBeLessThan(600);
});
