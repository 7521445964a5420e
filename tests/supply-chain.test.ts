import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { auditVerdict } from "../scripts/audit-verdict.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}
const manifestOf = (folder: string) => JSON.parse(read(`${folder}/package.json`)) as Manifest;

describe("A-106 what the packages need at run time", () => {
  it.each([
    ["protocol", ["@standard-schema/spec"], ["@msgpack/msgpack"]],
    ["server", ["@tautline/protocol", "ws"], ["@opentelemetry/api", "prom-client"]],
    ["client", ["@tautline/protocol", "isomorphic-ws", "ws"], ["idb"]],
    ["testing", ["@tautline/protocol"], []],
    [
      "loadtest",
      [
        ...["@tautline/client", "@tautline/protocol", "cli-progress", "cli-table3", "commander"],
        ...["hdr-histogram-js", "jiti", "ms", "uplot", "ws"],
      ],
      [],
    ],
  ])("A-106 %s: nothing but %j, and if asked for %j", (name, needed, optional) => {
    const { dependencies, peerDependencies, peerDependenciesMeta, optionalDependencies, scripts } =
      manifestOf(`packages/${name}`);
    expect(Object.keys(dependencies ?? {}).sort()).toEqual(needed);
    expect(Object.keys(peerDependencies ?? {}).sort()).toEqual(optional);
    for (const peer of optional) expect(peerDependenciesMeta?.[peer]).toEqual({ optional: true });
    expect(optionalDependencies).toBeUndefined();
    // Installing must run nothing of ours.
    for (const script of ["preinstall", "install", "postinstall", "prepare"])
      expect(scripts ?? {}).not.toHaveProperty(script);
  });

  it("A-106 takes no ws older than 8.23, which has the fixes of 2026", () => {
    const [, range = ""] = /^ {2}ws: (.+)$/m.exec(read("pnpm-workspace.yaml")) ?? [];
    const [, floor = "0"] = /^\^8\.(\d+)\.\d+$/.exec(range) ?? [];
    expect(Number(floor)).toBeGreaterThanOrEqual(23);
    for (const name of ["server", "client"]) {
      expect(manifestOf(`packages/${name}`).dependencies?.ws).toBe("catalog:");
      const [major, minor] = manifestOf(`packages/${name}/node_modules/ws`).version.split(".").map(Number);
      expect([major, (minor ?? 0) >= 23]).toEqual([8, true]);
    }
  });
});

describe("A-106 an audit", () => {
  const vulnerability = (severity: string) => ({
    ...{ name: "ws", severity, range: "<8.17.1" },
    via: [{ title: "DoS by many headers", url: "https://github.com/advisories/GHSA-3h5v-q93c-6h6q" }],
  });
  const report = (...severities: string[]) =>
    JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: Object.fromEntries(severities.map((one) => [one, vulnerability(one)])),
    });

  it.each(["high", "critical"])("A-106 that finds a %s vulnerability is not passed", (severity) => {
    const verdict = auditVerdict(report("low", severity));
    expect(verdict).toEqual({ kind: "vulnerable", found: [expect.stringContaining("DoS by many headers")] });
  });

  it("A-106 that finds nothing, or nothing grave, is passed", () => {
    expect(auditVerdict(report())).toEqual({ kind: "clean", lesser: [] });
    expect(auditVerdict(report("moderate", "low"))).toMatchObject({ kind: "clean", lesser: [{}, {}] });
  });

  it("A-106 that the registry does not answer says so, and is passed", () => {
    const refused = {
      message: "405 Method Not Allowed",
      statusCode: 405,
      error: { summary: "", detail: "" },
    };
    expect(auditVerdict(JSON.stringify(refused))).toEqual({ kind: "unanswered", why: refused.message });
    const offline = { error: { code: "ENOTFOUND", summary: "request failed", detail: "" } };
    expect(auditVerdict(JSON.stringify(offline))).toEqual({ kind: "unanswered", why: "request failed" });
  });

  it.each([
    "",
    "not json",
    "{}",
    "null",
    '{"auditReportVersion":3,"vulnerabilities":{}}',
    '{"auditReportVersion":2}',
  ])("A-106 that cannot be read is not passed: %j", (output) => {
    expect(() => auditVerdict(output)).toThrow();
  });
});

describe("A-106 what is published", () => {
  const ci = read(".ci/run");
  const release = read(".github/workflows/release.yml");

  it("A-106 is built from the lockfile, and audited", () => {
    for (const text of [ci, release]) {
      expect(text).toContain("install --frozen-lockfile");
      expect(text).toMatch(/run .*audit:runtime/);
    }
  });

  it("A-106 says where it comes from, and needs no secret to be published", () => {
    expect(release).toContain("id-token: write");
    expect(release).toContain("NPM_CONFIG_PROVENANCE: true");
    expect(release).not.toMatch(/secrets\.|_authToken|NPM_TOKEN/);
    expect(release).toMatch(/run release$/m);
  });
});
