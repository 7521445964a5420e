import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import sirv from "sirv";

/** The folders of the built pages. */
export interface Pages {
  readonly landing: string;
  readonly chat: string;
  readonly dashboard: string;
}

const headers: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'self'; font-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** Answers what is not a WebSocket: three pages, and the server's figures at `/status`. */
export function serve(pages: Pages, status: () => unknown): RequestListener {
  const chat = sirv(pages.chat, { etag: true });
  const dashboard = sirv(pages.dashboard, { etag: true });
  const landing = sirv(pages.landing, { etag: true });

  return (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const path = (request.url ?? "/").split("?")[0] as string;
    if (path === "/status") return answerJson(response, status());
    if (path === "/chat" || path === "/dashboard") return redirect(response, `${path}/`);
    if (path.startsWith("/chat/")) return under("/chat", chat, request, response);
    if (path.startsWith("/dashboard/")) return under("/dashboard", dashboard, request, response);
    landing(request, response);
  };
}

function under(
  prefix: string,
  serveFolder: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.url = (request.url ?? "").slice(prefix.length);
  serveFolder(request, response as Parameters<RequestListener>[1]);
}

function answerJson(response: ServerResponse, value: unknown): void {
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Cache-Control", "no-store");
  response.end(JSON.stringify(value));
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(308, { location }).end();
}
