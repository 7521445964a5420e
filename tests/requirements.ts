import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

// What some tests need and a package manager cannot bring: a browser, Python with websockets, and nginx.
// On a user's machine their tests are skipped, with a line that says how to get them. In CI (CI=true) a missing one
// throws, so that a green run means that everything ran.

const chromiumPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * The browser of the browser tests, or undefined where there is none: `describe.skipIf(!chromium)`.
 * `CHROMIUM_PATH` names another one. Throws in CI when there is none.
 */
export function chromiumPath(): string | undefined {
  const hint = "apt-get install chromium (or set CHROMIUM_PATH to one)";
  return firstOf("CHROMIUM_PATH", chromiumPlaces) ?? missing("a Chromium", hint);
}

/**
 * The browser of tests that only look at pages: Chromium's headless shell, which draws and runs the same with a third
 * of the work, or the whole Chromium where there is no shell. The shell hears nothing of the system's network and
 * keeps no profile: what needs these takes {@link chromiumPath}.
 */
export function headlessChromiumPath(): string | undefined {
  const shell = "/usr/bin/chromium-headless-shell";
  return !process.env.CHROMIUM_PATH && existsSync(shell) ? shell : chromiumPath();
}

/** How to start Chromium on a machine that may be root's and may have no network beyond itself. */
export const chromiumArguments: readonly string[] = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-gpu",
];

/**
 * A Python that has the package `websockets`, or undefined where there is none. `PYTHON_PATH` names another one.
 * Throws in CI when there is none.
 */
export function pythonWithWebsockets(): string | undefined {
  const named = process.env.PYTHON_PATH;
  // Debian's package belongs to Debian's own Python, which need not be the first on the path.
  const candidates = named ? [named] : ["/usr/bin/python3", "python3", "python"];
  const found = candidates.find((python) => spawnSync(python, ["-c", "import websockets"]).status === 0);
  return (
    found ??
    missing("Python with websockets", "apt-get install python3-websockets (or pip install websockets)")
  );
}

const nginxPlaces = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx"];

/** nginx, or undefined where there is none. `NGINX_PATH` names another one. Throws in CI when there is none. */
export function nginxPath(): string | undefined {
  return firstOf("NGINX_PATH", nginxPlaces) ?? missing("nginx", "apt-get install nginx");
}

/** The first of these places that exists, or the one that is named by a variable of the environment, if it exists. */
function firstOf(variable: string, places: readonly string[]): string | undefined {
  const named = process.env[variable];
  return (named ? [named] : places).find((place) => existsSync(place));
}

function missing(what: string, howToGetIt: string): undefined {
  const text = `These tests need ${what}: ${howToGetIt}`;
  if (process.env.CI) throw new Error(text);
  process.stderr.write(`Skipped. ${text}\n`);
  return undefined;
}
