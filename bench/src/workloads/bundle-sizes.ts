import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { benchFolder, peersFolder } from "../peers.js";
import type { BundleSize } from "../results.js";

/** A client, as a page would load it. */
interface Bundle extends Omit<BundleSize, "bytes"> {
  readonly code: string;
  readonly folder: string;
}

const ours = (name: string): Bundle => ({
  ...{ id: name, title: `tautline, ${name}`, isOurs: true, folder: benchFolder },
  code: `export { ${name} } from "@tautline/client";`,
});

const peer = (name: string, imported: string, title = name): Bundle => ({
  ...{ id: name, title, isOurs: false, folder: peersFolder },
  code: `export { ${imported} } from "${name}";`,
});

/** The whole client is measured beside whole clients, the socket that reconnects beside those that do just that. */
const bundles: readonly Bundle[] = [
  ours("ReconnectingWebSocket"),
  peer("partysocket", "WebSocket"),
  peer("reconnecting-websocket", "default"),
  ours("createClient"),
  peer("phoenix", "Socket", "Phoenix"),
  peer("@trpc/client", "createTRPCClient, createWSClient, wsLink", "tRPC client"),
  peer("socket.io-client", "io", "Socket.IO client"),
  peer("centrifuge", "Centrifuge"),
];

/** Bytes of each client in a browser: bundled, minified, gzip −9. */
export async function bundleSizes(): Promise<BundleSize[]> {
  return Promise.all(
    bundles.map(async ({ code, folder, ...bundle }) => ({ ...bundle, bytes: await sizeOf(code, folder) })),
  );
}

async function sizeOf(code: string, folder: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder },
    ...{ bundle: true, minify: true, platform: "browser", format: "esm", write: false, logLevel: "error" },
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}
