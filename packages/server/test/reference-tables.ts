import { type ChannelName, channels } from "../src/diagnostics/channels.js";
import { limitCatalogue } from "../src/limits/limit-catalogue.js";
import { durationMetric, metricCatalogue } from "../src/observation/metric-catalogue.js";
import { settingsOf } from "../src/settings.js";

// The tables of docs/reference, as the code has them. A test compares; where they differ, it shows what the page should say.

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

const code = (text: string) => `\`${text}\``;

/** Every limit that is counted: its option, its default, and what happens. */
export function limitTable(): string {
  const settings = settingsOf({}) as unknown as Record<string, Record<string, number | false>>;
  const rows = Object.entries(limitCatalogue).map(([path, { text }]) => {
    const [group = "", option = ""] = path.split(".");
    const value = settings[group]?.[option];
    if (value === undefined) throw new Error(`${path} is no option`);
    return [code(path), value === false ? "off" : value.toLocaleString("en-US"), text];
  });
  return table(["option", "default", "what was counted"], rows);
}

/** What each channel tells of, and with which type. */
const told: { readonly [N in ChannelName]: readonly [type: string, when: string] } = {
  "tautline:connection:open": ["ConnectionDiagnostics", "a peer was admitted"],
  "tautline:connection:close": ["CloseDiagnostics", "an admitted peer has gone"],
  "tautline:connection:refused": [
    "RefusalDiagnostics",
    "a connection is refused by an error, before or after it was admitted",
  ],
  "tautline:connection:backlog": ["BacklogDiagnostics", "a reader is behind, or no longer is"],
  "tautline:connection:too-slow": ["BacklogDiagnostics", "a reader is given up: closed with 4410"],
  "tautline:message": ["MessageDiagnostics", "a message's handler begins"],
  "tautline:message:settled": [
    "SettledDiagnostics",
    "such a message was answered, or needs no answer any more",
  ],
  "tautline:error": ["ErrorDiagnostics", "an `$error` is sent"],
  "tautline:upgrade:refused": ["RefusedUpgrade", "an upgrade is refused over HTTP"],
  "tautline:limit": ["LimitDiagnostics", "a limit was reached: each of [Limits](./limits.md)"],
  "tautline:recovery": ["RecoveryDiagnostics", "a member joins: whether it gets what it missed"],
  "tautline:gap": ["GapDiagnostics", "a member is told of a gap while it is there"],
};

export function channelTable(): string {
  const rows = (Object.keys(channels) as ChannelName[]).map((name) => {
    const [type, when] = told[name];
    return [code(name), when, code(type)];
  });
  return table(["channel", "when", "what"], rows);
}

/** Every figure, with the name that Prometheus and the one that OpenTelemetry knows. */
export function metricTable(): string {
  const rows = Object.entries(metricCatalogue).map(([name, { kind, help, label }]) => [
    code(`tautline_${name}${kind === "counter" ? "_total" : ""}${label === undefined ? "" : `{${label}}`}`),
    code(`tautline.${name}`),
    kind,
    help,
  ]);
  const { name, help } = durationMetric;
  const duration = [
    code(`tautline_${name}_seconds{message,outcome}`),
    code(`tautline.${name}`),
    "histogram",
    help,
  ];
  return table(["Prometheus", "OpenTelemetry", "kind", "what"], [...rows, duration]);
}
