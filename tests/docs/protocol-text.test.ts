import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { closeCodes, errorCatalogue, isRetryable, limits } from "@tautline/protocol";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const text = readFileSync(`${root}packages/protocol/PROTOCOL.md`, "utf8");
const clauses = [...text.matchAll(/^\*\*(\d+\.\d+)\*\* /gm)].map(([, clause]) => String(clause));

/**
 * Clauses that no test names, each with the reason. Whoever builds the thing writes its tests and takes the line out:
 * a clause that stands here and is named by a test fails this test.
 */
const untested: Readonly<Record<string, string>> = {};

/** All tests: those of packages, of examples, and those that stand between them. */
function testFiles(): string[] {
  const owners = ["packages", "examples"].flatMap((folder) =>
    readdirSync(root + folder).map((name) => `${root}${folder}/${name}/test`),
  );
  const between = readdirSync(`${root}tests`)
    .filter((name) => name !== "node_modules")
    .map((name) => `${root}tests/${name}`);
  return [...owners, ...between]
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      statSync(path).isDirectory()
        ? readdirSync(path, { recursive: true, encoding: "utf8" }).map((inside) => `${path}/${inside}`)
        : path,
    )
    .filter((path) => /\.test(-d)?\.ts$/.test(path));
}

/** The clauses that titles of tests name: `it("[3.2] …")`. */
function named(): Set<string> {
  const titles = testFiles().flatMap(
    (path) => readFileSync(path, "utf8").match(/["'`](\[\d+\.\d+\] ?)+/g) ?? [],
  );
  return new Set(titles.flatMap((title) => title.match(/\d+\.\d+/g) ?? []));
}

/** The rows of the table below a clause, cell by cell. */
function tableOf(clause: string): string[][] {
  const [, part = ""] = text.split(`**${clause}** `);
  const rows = /(?:^\|.*\n)+/m.exec(part)?.[0].trim().split("\n").slice(2) ?? [];
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("the clauses of the protocol", () => {
  it("are numbered without holes", () => {
    const sections = [...text.matchAll(/^## (\d+)\. /gm)].map(([, section]) => Number(section));
    expect(sections).toEqual(sections.map((_, i) => i + 1));
    const expected = sections.flatMap((section) =>
      clauses.filter((clause) => clause.startsWith(`${section}.`)).map((_, i) => `${section}.${i + 1}`),
    );
    expect(clauses).toEqual(expected);
  });

  it("are each named by a test, or listed with the reason why not", () => {
    const tested = named();
    expect(clauses.filter((clause) => !tested.has(clause) && !Object.hasOwn(untested, clause))).toEqual([]);
    expect(Object.keys(untested).filter((clause) => tested.has(clause) || !clauses.includes(clause))).toEqual(
      [],
    );
  });

  it("exist, where a test names one", () => {
    expect([...named()].filter((clause) => !clauses.includes(clause))).toEqual([]);
  });
});

describe("the tables of the protocol", () => {
  it("[13.3] have the close codes, and say which are final", () => {
    const rows = tableOf("13.3").flatMap(([codes = "", , then = ""]) =>
      codes.split(", ").map((code) => [Number(code), then.startsWith("final") ? "final" : "come back"]),
    );
    expect(rows).toEqual(
      Object.values(closeCodes).map((code) => [code, isRetryable(code) ? "come back" : "final"]),
    );
  });

  it("[14.6] have the error codes that travel, with their sentences", () => {
    const travelling = Object.entries(errorCatalogue).filter(([, { onWire }]) => onWire);
    expect(tableOf("14.6")).toEqual(travelling.map(([code, entry]) => [`\`${code}\``, entry.text]));
  });

  it("[3.1] [3.2] [3.4] [3.5] [3.6] have the limits that the code has", () => {
    const said = (clause: string) => text.split(`**${clause}** `)[1]?.split("\n\n")[0];
    expect(said("2.1")).toBeDefined();
    expect(said("2.6")).toContain(`More than ${limits.depth} levels`);
    expect(said("3.1")).toContain(`${limits.messageBytes / 1024} KiB`);
    expect(said("3.2")).toContain(`${limits.clientMessageBytes / 1_048_576} MiB`);
    expect(said("3.4")).toContain(`${limits.rooms} rooms`);
    expect(said("3.5")).toContain(`${limits.unanswered} messages`);
    expect(said("3.6")).toContain(`${limits.presenceBytes / 1024} KiB`);
    expect(said("4.1")).toContain(`${limits.helloBytes / 1024} KiB`);
    expect(said("10.7")).toContain(`${limits.presenceMembers.toLocaleString("en")} at most`);
    expect(said("13.2")).toContain(`${limits.closeReasonBytes} bytes`);
    expect(tableOf("2.1")[0]?.[1]).toContain(`1–${limits.typeBytes} bytes`);
    expect(tableOf("2.1")[4]?.[1]).toContain(`1–${limits.roomBytes} bytes`);
  });
});
