import type { Vector } from "../catalogue/row.js";
import type { UpgradeShape } from "../surroundings/upgrade-request.js";

/** An origin, and the status of an upgrade that comes with it. */
export interface OriginVector extends Vector {
  readonly headers: NonNullable<UpgradeShape["headers"]>;
  readonly status: number;
}

/** The server's own host, and what it was told to let in besides. */
export const host = "api.example.com";
export const allowed = [
  "https://app.example.com",
  "http://[2001:db8::1]:8080",
  "https://xn--bcher-kva.example",
];

const origin = (value: string, status: number): OriginVector => ({
  what: `the origin ${JSON.stringify(value.slice(0, 80))}`,
  headers: [["Origin", value]],
  status,
});

const letIn: readonly string[] = [
  ...allowed,
  // Its own, whatever the scheme: a proxy may end TLS before it.
  ...[`https://${host}`, `http://${host}`],
];

const keptOut: readonly string[] = [
  ...["", "null", "NULL", "undefined", "*", "https", "https:", "https:/", "https://", "://", "//", "/"],
  // Not the same scheme, host or port.
  ...["http://app.example.com", "ws://app.example.com", "wss://app.example.com", "ftp://app.example.com"],
  ...["https://app.example.com:444", "https://app.example.com:80", "https://app.example.com:0"],
  ...["https://app.example.com:65536", "https://app.example.com:443x", `https://${host}:8443`],
  // Begins or ends alike.
  ...["https://app.example.com.evil.com", "https://evil-app.example.com", "https://evilapp.example.com"],
  ...[
    "https://example.com",
    "https://sub.app.example.com",
    "https://app.example.co",
    "https://app.example.community",
  ],
  ...[
    "https://app-example.com",
    "https://appXexample.com",
    `https://${host}.evil.com`,
    `https://evil-${host}`,
  ],
  // The same to a careless reader.
  ...["https://app.example.com.", "https://APP.EXAMPLE.COM", "HTTPS://app.example.com", `https://${host}.`],
  ...[`https://${host.toUpperCase()}`, `HTTPS://${host}`],
  ...[
    "https://app.example.com/",
    "https://app.example.com/path",
    "https://app.example.com?x",
    "https://app.example.com#x",
  ],
  ...[`https://${host}/`, `https://${host}/path`, `https://${host}?x`, `https://${host}#x`],
  ...[
    "https://user@app.example.com",
    "https://user:pass@app.example.com",
    "https://app.example.com@evil.com",
  ],
  ...[
    "https://app.example.com:443@evil.com",
    "https://evil.com\\@app.example.com",
    "https://evil.com#@app.example.com",
  ],
  ...[
    `https://user@${host}`,
    `https://${host}@evil.com`,
    `https://evil.com/${host}`,
    `https://evil.com?${host}`,
  ],
  ...[
    "https://app%2eexample.com",
    "https://app.example.com%00.evil.com",
    "https://app.example.com%20",
    "https:\\\\app.example.com",
  ],
  ...["https:app.example.com", "https:///app.example.com", "//app.example.com", "app.example.com"],
  // Other scripts, and their encodings.
  ...[
    "https://xn--pp-xka.example.com",
    "https://xn--bcher-kva.example.evil.com",
    "https://xn--",
    "https://b\u00fccher.example",
  ],
  // Addresses.
  ...[
    "http://[2001:db8::1]",
    "http://[2001:db8::1]:8081",
    "http://[2001:db8:0::1]:8080",
    "http://2001:db8::1:8080",
  ],
  ...[
    "http://[::ffff:127.0.0.1]",
    "http://127.0.0.1",
    "http://2130706433",
    "http://0x7f.1",
    "http://[::1]",
    "http://localhost",
  ],
  // Schemes of what is no page of the web.
  ...[
    "file://",
    `file://${host}`,
    "data:text/html,x",
    "about:blank",
    "javascript:alert(1)",
    "blob:https://app.example.com/1",
  ],
  ...[
    `ftp://${host}`,
    `chrome-extension://${host}`,
    "chrome-extension://abcdefghijklmnop",
    "moz-extension://1b0f",
  ],
  ...[
    "https://app.example.com, https://evil.com",
    "https://evil.com https://app.example.com",
    "https://evil.com,https://app.example.com",
  ],
  ...[
    "https://app.example.com;",
    "'https://app.example.com'",
    '"https://app.example.com"',
    "<https://app.example.com>",
  ],
];

/** Origins of pages, and what becomes of their upgrades. */
export const origins: readonly OriginVector[] = [
  { what: "no origin: not a browser", headers: [], status: 101 },
  ...letIn.map((value) => origin(value, 101)),
  ...keptOut.map((value) => origin(value, 403)),
  {
    what: "two headers, the allowed one first",
    headers: [
      ["Origin", allowed[0] as string],
      ["Origin", "https://evil.com"],
    ],
    status: 403,
  },
  {
    what: "two headers, the allowed one last",
    headers: [
      ["Origin", "https://evil.com"],
      ["Origin", allowed[0] as string],
    ],
    status: 403,
  },
  { what: "an origin of 8 KB", headers: [["Origin", `https://${"a".repeat(8_000)}.com`]], status: 403 },
  { what: "an origin of 64 KB", headers: [["Origin", `https://${"a".repeat(65_536)}.com`]], status: 431 },
];
