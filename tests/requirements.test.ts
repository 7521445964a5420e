import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chromiumPath, nginxPath, pythonWithWebsockets } from "./requirements.js";

beforeEach(() => {
  vi.stubEnv("CHROMIUM_PATH", "/nowhere/chromium");
  vi.stubEnv("PYTHON_PATH", "/nowhere/python");
  vi.stubEnv("NGINX_PATH", "/nowhere/nginx");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it("fails in CI where there is no browser, no Python or no nginx, so that green means that everything ran", () => {
  vi.stubEnv("CI", "true");
  expect(chromiumPath).toThrow("apt-get install chromium");
  expect(pythonWithWebsockets).toThrow("apt-get install python3-websockets");
  expect(nginxPath).toThrow("apt-get install nginx");
});

it("skips on a user's machine, with a line that says how to get them", () => {
  vi.stubEnv("CI", "");
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  expect([chromiumPath(), pythonWithWebsockets(), nginxPath()]).toEqual([undefined, undefined, undefined]);
  expect(said.mock.calls.map(([line]) => line)).toEqual([
    expect.stringContaining("apt-get install chromium"),
    expect.stringContaining("apt-get install python3-websockets"),
    expect.stringContaining("apt-get install nginx"),
  ]);
  said.mockRestore();
});
