import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createApp } from "./app.js";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const { http, live } = createApp(folder("../page"), folder("page"));

http.on("error", (error: NodeJS.ErrnoException) => {
  console.error(error.code === "EADDRINUSE" ? "This port is taken: choose another with PORT." : error);
  process.exitCode = 1;
});
http.listen(Number(process.env.PORT ?? 8080), () => {
  console.log(`listening on http://localhost:${(http.address() as AddressInfo).port}`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    http.close();
    await live.drain({ withinMs: 2_000 });
  });
}
