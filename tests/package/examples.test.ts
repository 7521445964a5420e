import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { root } from "../../scripts/pack.js";
import { type Program, startProgram } from "../program.js";
import { consumerFolder } from "./consumer.js";

const run = promisify(execFile);

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What a user has who copied the files of an example into an empty folder and installed the packages. */
async function copyOf(name: string, parent: string): Promise<{ folder: string; manifest: Manifest }> {
  const source = join(root, "examples", name);
  const folder = join(parent, name);
  const manifest = JSON.parse(await readFile(join(source, "package.json"), "utf8")) as Manifest;
  for (const file of manifest.files) await cp(join(source, file), join(folder, file), { recursive: true });
  const dependencies = await Promise.all(
    Object.keys(manifest.dependencies).map(async (dependency) => [
      dependency,
      await versionOf(dependency, source),
    ]),
  );
  const own = { ...manifest, dependencies: Object.fromEntries(dependencies), devDependencies: {} };
  await writeFile(join(folder, "package.json"), JSON.stringify(own, null, 2));
  await npm(folder, "install", "--no-audit", "--no-fund", "--prefer-offline");
  return { folder, manifest };
}

/** Our own packages from their tarballs, all others as they are installed here. */
async function versionOf(dependency: string, example: string): Promise<string> {
  if (dependency.startsWith("@tautline/")) {
    const prefix = `tautline-${dependency.slice("@tautline/".length)}-`;
    const tarball = (await readdir(consumerFolder())).find((file) => file.startsWith(prefix));
    return `file:${join(consumerFolder(), tarball ?? "missing")}`;
  }
  const text = await readFile(join(example, "node_modules", dependency, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

const npm = (folder: string, ...args: string[]) =>
  run("npm", args, { cwd: folder, shell: process.platform === "win32" });

/** Does what `npm start` does, without npm between the test and the program: it would swallow the signal to end. */
async function start(
  { folder, manifest }: { folder: string; manifest: Manifest },
  ...args: string[]
): Promise<Program> {
  const steps = (manifest.scripts.start ?? "").split(" && ");
  const program = /^node (\S+)$/.exec(steps.at(-1) ?? "")?.[1] ?? "missing";
  for (const step of steps.slice(0, -1)) await npm(folder, ...step.split(" ").slice(1));
  return startProgram(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, PORT: "0" },
  });
}

/** Where a started example listens. */
async function originOf(program: Program): Promise<string> {
  return (await program.line(/^listening on (http:.*)$/))[1] ?? "";
}

describe("the examples, with the packed packages, in a folder of their own", () => {
  let parent: string;

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), "tautline-examples-"));
  });

  afterAll(() => rm(parent, { recursive: true, force: true }));

  it("plain and node-client start, and hear each other", async () => {
    await using server = await start(await copyOf("plain", parent));
    const origin = await originOf(server);
    expect(await (await fetch(origin)).text()).toContain("A bare WebSocket");

    const script = await copyOf("node-client", parent);
    const live = `${origin.replace("http", "ws")}/live`;
    await using ada = await start(script, live);
    await ada.line(/^\[connected\]$/);
    const bob = new WebSocket(live);
    await once(bob, "open");
    bob.send('{"type":"chat","data":{"text":"hello from a bare socket"}}');
    await ada.line(/^hello from a bare socket$/);
    const heard = once(bob, "message");
    ada.type("hello from the client");
    expect(JSON.parse(String((await heard)[0]))).toMatchObject({ data: { text: "hello from the client" } });
    bob.close();
  });

  it("express builds, starts, and lets in who has a session", async () => {
    await using server = await start(await copyOf("express", parent));
    const origin = await originOf(server);
    expect(await (await fetch(`${origin}/chat.js`)).text()).toContain("/live");
    const login = await fetch(`${origin}/login`, {
      method: "POST",
      body: new URLSearchParams({ name: "Ada" }),
      redirect: "manual",
    });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    const socket = new WebSocket(`${origin.replace("http", "ws")}/live`, { headers: { cookie, origin } });
    await once(socket, "open");
    socket.send('{"type":"$join","id":1,"data":{"room":"lobby","presence":{}}}');
    expect(JSON.parse(String((await once(socket, "message"))[0]))).toMatchObject({ type: "$joined", id: 1 });
    socket.close();
  });

  it.each(["chat", "dashboard"])("%s builds and serves its page, and answers sockets", async (name) => {
    await using server = await start(await copyOf(name, parent));
    const origin = await originOf(server);
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(await (await fetch(origin)).text())?.[1];
    expect((await fetch(`${origin}/${script}`)).status).toBe(200);
    const socket = new WebSocket(`${origin.replace("http", "ws")}/live`);
    await once(socket, "open");
    const answer = new Promise((resolve) => {
      socket.on("message", (text) => /"pong"/.test(String(text)) && resolve("pong"));
    });
    socket.send('{"type":"ping"}');
    expect(await answer).toBe("pong");
    socket.close();
  });
});
