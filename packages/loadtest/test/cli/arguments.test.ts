import { describe, expect, it } from "vitest";
import { NoInvocation, readArguments } from "../../src/cli/arguments.js";

function read(line: readonly string[], env: Record<string, string> = {}) {
  let written = "";
  let complaint = "";
  const invocation = readArguments(line, {
    write: (text) => {
      written += text;
    },
    complain: (text) => {
      complaint += text;
    },
    env,
  });
  return { invocation, written, complaint };
}

const url = "ws://localhost:8080/live";

it("reads what is asked for", () => {
  const line = [
    ...[url, "--connections", "1000", "--ramp", "10s", "--rate", "5", "--messages", "100"],
    ...["--room", "chat/load", "--rooms", "3", "--type", "say", "--data", "{}", "--slow", "25%"],
    ...["--max-p99", "50ms", "--max-errors", "0", "--report", "out.html", "--json", "--timeout", "1.5s"],
    ...["--header", "Cookie: a=b", "--header", "X-Other:c: d"],
  ];
  const { invocation } = read(line);
  expect(invocation).toMatchObject({
    report: "out.html",
    json: true,
    options: {
      url,
      connections: 1_000,
      rampMs: 10_000,
      rate: 5,
      messages: 100,
      room: "chat/load",
      rooms: 3,
      type: "say",
      data: "{}",
      slowShare: 0.25,
      timeoutMs: 1_500,
      headers: { Cookie: "a=b", "X-Other": "c: d" },
      thresholds: { maxP99Ms: 50, maxErrors: 0 },
    },
  });
});

it("takes the token from the environment", () => {
  const { invocation } = read([url, "--token-env", "LOAD_TOKEN"], { LOAD_TOKEN: "secret" });
  expect(invocation).toMatchObject({ options: { token: "secret" } });
});

describe("is refused, with a sentence and exit code 2:", () => {
  it.each([
    [[], /missing required argument 'url'/],
    [[url, "--rats", "5"], /unknown option '--rats'\n\(Did you mean --rate\?\)/],
    [[url, "other"], /too many arguments/],
    [[url, "--rate"], /argument missing/],
    [[url, "--rate", "fast"], /Expected a number/],
    [[url, "--rate", "-5"], /Expected a number|argument missing/],
    [[url, "--connections", "1.5"], /Expected a whole number/],
    [[url, "--connections", "1e3"], /Expected a whole number/],
    [[url, "--ramp", "10"], /Expected a duration as 500ms, 10s or 2m/],
    [[url, "--ramp", "10 years"], /Expected a duration/],
    [[url, "--slow", "a lot"], /Expected a number/],
    [[url, "--max-errors", "none"], /Expected a whole number/],
  ])("%j", (line, sentence) => {
    const { invocation, complaint } = read(line);
    expect(invocation).toEqual(new NoInvocation(2));
    expect(complaint).toMatch(sentence);
  });

  it("a header that is none, without repeating it", () => {
    expect(() => read([url, "--header", "secret"])).toThrow(/expected "Name: value"/);
    expect(() => read([url, "--header", "secret"])).not.toThrow(/secret/);
  });

  it("a token that is given twice, or not at all", () => {
    expect(() => read([url, "--token", "a", "--token-env", "B"], { B: "c" })).toThrow(/got both/);
    expect(() => read([url, "--token-env", "B"])).toThrow(/environment variable that is set, got "B"/);
  });
});

it("answers --help and --version, and runs nothing", () => {
  expect(read(["--help"])).toMatchObject({
    invocation: new NoInvocation(0),
    written: expect.stringMatching(/Exit codes: 0 fine/),
  });
  expect(read(["--version"]).written).toMatch(/^\d+\.\d+\.\d+\n$/);
});
