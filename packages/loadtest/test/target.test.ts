import { describe, expect, it } from "vitest";
import { checkTarget, targetOf, withoutQuery } from "../src/target.js";

const noLookup = async (host: string): Promise<string[]> => {
  throw new Error(`asked for ${host}`);
};

describe("the address of a server", () => {
  it.each([
    ["ws://localhost:8080/live", "ws://localhost:8080/live"],
    ["http://localhost:8080", "ws://localhost:8080/"],
    ["https://10.0.0.1", "wss://10.0.0.1/"],
  ])("%s is taken as %s", (text, url) => {
    expect(targetOf(text).href).toBe(url);
  });

  it.each(["", "localhost:8080", "ftp://localhost", "ws://", "nonsense"])("%j is none", (text) => {
    expect(() => targetOf(text)).toThrow(/url: expected an address as "ws:\/\/localhost:8080\/live"/);
  });

  it("may hold no password, and the refusal does not repeat it", () => {
    expect(() => targetOf("ws://ada:hunter2@localhost/")).toThrow(/--token-env/);
    expect(() => targetOf("ws://ada:hunter2@localhost/")).not.toThrow(/hunter2/);
  });

  it("is printed without its query, which may hold a token", () => {
    expect(withoutQuery(new URL("ws://localhost/live?token=secret"))).toBe("ws://localhost/live?…");
  });
});

describe("a load test", () => {
  it.each([
    "ws://localhost:1/",
    "ws://app.localhost:1/",
    "ws://127.0.0.1/",
    "ws://127.9.9.9/",
    "ws://0.0.0.0/",
    "ws://10.1.2.3/",
    "ws://172.16.0.1/",
    "ws://172.31.255.255/",
    "ws://192.168.1.1/",
    "ws://169.254.1.1/",
    "ws://[::1]/",
    "ws://[fd00::1]/",
    "ws://[fe80::1]/",
    "ws://[::ffff:127.0.0.1]/",
  ])("of %s needs no leave", async (url) => {
    await expect(checkTarget(new URL(url), false, noLookup)).resolves.toBeUndefined();
  });

  it.each([
    "ws://8.8.8.8/",
    "ws://172.15.0.1/",
    "ws://172.32.0.1/",
    "ws://192.169.0.1/",
    "ws://11.0.0.1/",
    "ws://[2001:db8::1]/",
    "ws://[::ffff:8.8.8.8]/",
  ])("of %s does", async (url) => {
    await expect(checkTarget(new URL(url), false, noLookup)).rejects.toThrow(/--i-own-this-server/);
    await expect(checkTarget(new URL(url), true, noLookup)).resolves.toBeUndefined();
  });

  it("of a name counts as one of all its addresses", async () => {
    const url = new URL("ws://app.example/live");
    const found = (...addresses: string[]) => checkTarget(url, false, async () => addresses);
    await expect(found("10.0.0.1", "fd00::1")).resolves.toBeUndefined();
    await expect(found("10.0.0.1", "93.184.216.34")).rejects.toThrow(/app\.example \(93\.184\.216\.34\)/);
  });

  it("of a name that nobody has is refused in words", async () => {
    await expect(checkTarget(new URL("ws://no.example/"), false, noLookup)).rejects.toThrow(
      "url: there is no host no.example",
    );
  });
});
