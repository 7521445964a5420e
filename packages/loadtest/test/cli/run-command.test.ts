import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { runCommand } from "../../src/cli/run-command.js";
import { back, liveServer, plainServer } from "../setup.js";

// Real sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

/** Keeps what is written to it. */
class Kept extends Writable {
  text = "";
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(line: string, { isTTY = false, signal = new AbortController().signal } = {}) {
  const stdout = new Kept(isTTY);
  const stderr = new Kept(isTTY);
  const code = await runCommand(line.split(" "), { stdout, stderr, env: {}, signal });
  return { code, out: stdout.text, err: stderr.text };
}

const quick = "--connections 4 --ramp 20ms --rate 50 --messages 4";

describe("the command", () => {
  it("prints the results to stdout, and how far it is to stderr", async () => {
    await using server = await liveServer();
    const { code, out, err } = await run(`${server.url} ${quick} --room chat/a --type say`);
    expect(code).toBe(0);
    expect(out).toMatch(/broadcast on ws:/);
    expect(out).toMatch(/connected +4 of 4/);
    expect(out).toMatch(/delivered +12 /);
    expect(out).toMatch(/errors +0/);
    expect(out).toMatch(/latency +min +p50 +p90 +p95 +p99 +p99\.9 +max/);
    expect(err).toMatch(/connected 4\/4 +sent 4\/4/);
  });

  it("draws bars in a terminal, and colours", async () => {
    await using server = await plainServer(back);
    const { code, out, err } = await run(`${server.url} ${quick}`, { isTTY: true });
    expect(code).toBe(0);
    expect(err).toContain("█");
    expect(out).toContain("\u001b[1m");
  });

  it("prints JSON and nothing else where that is asked for", async () => {
    await using server = await plainServer(back);
    const { out } = await run(`${server.url} ${quick} --json`);
    expect(JSON.parse(out)).toMatchObject({ scenario: "echo", counts: { answered: 16 }, passed: true });
  });

  it("gives 1 where a threshold is missed, and says which", async () => {
    await using server = await plainServer(() => {});
    const { code, out } = await run(`${server.url} ${quick} --timeout 200ms --max-p99 50ms --max-errors 0`);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ p99 nothing was measured, expected at most 50 ms/);
    expect(out).toMatch(/✗ errors 16, expected at most 0/);
  });

  it("gives 0 where all are kept", async () => {
    await using server = await plainServer(back);
    const { code, out } = await run(`${server.url} ${quick} --max-p99 1m --max-errors 0`);
    expect(code).toBe(0);
    expect(out).toMatch(/✓ p99 .*, at most 60 s\n✓ errors 0, at most 0/);
  });

  it.each([
    ["nonsense", /url: expected an address/],
    ["ws://8.8.8.8/", /--i-own-this-server/],
    ["ws://localhost:1/ --scenario nowhere", /scenario: expected one of broadcast/],
    ["ws://localhost:1/ --connections 0", /connections: expected a whole number from 1/],
    ["ws://localhost:1/ --report /nowhere/at/all.html", /report: .* cannot be written/],
  ])("gives 2 and a sentence for %s", async (line, sentence) => {
    const { code, out, err } = await run(line);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^error: [^\n]*\n$/);
  });

  it("gives 1 where nobody could connect, and helps", async () => {
    await using server = await plainServer(back);
    const { code, out } = await run(`${server.url} ${quick} --type say --timeout 1s`);
    expect(code).toBe(1);
    expect(out).toMatch(/For any other WebSocket server say --plain/);
  });

  it("says what limits a test, where that is the server's own limit", async () => {
    await using server = await liveServer({ rateLimit: { messages: 1, windowMs: 60_000 } });
    const { out } = await run(`${server.url} ${quick} --type rename`);
    expect(out).toMatch(/RATE_LIMITED +12/);
    expect(out).toMatch(/its option rateLimit/);
  });

  it("never prints a token", async () => {
    await using server = await liveServer({ authenticate: () => null });
    const { out, err } = await run(`${server.url} ${quick} --type rename --token hunter2`);
    expect(out + err).toMatch(/UNAUTHENTICATED/);
    expect(out + err).not.toMatch(/hunter2/);
  });

  it("writes a report", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tautline-report-"));
    try {
      await using server = await plainServer(back);
      const { err } = await run(`${server.url} ${quick} --report ${join(folder, "out.html")}`);
      expect(err).toMatch(/The report is in .*out\.html/);
      expect(await readFile(join(folder, "out.html"), "utf8")).toMatch(/^<!doctype html>/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
