import { createApp } from "./app.js";

const { live, figures } = createApp();
const { url } = await live.listen({ port: Number(process.env.PORT ?? 8080) });
figures.listen(Number(process.env.METRICS_PORT ?? 9464), "127.0.0.1");
console.log(`messages at ${url}, figures at http://127.0.0.1:${process.env.METRICS_PORT ?? 9464}/metrics`);

process.once("SIGTERM", async () => {
  await live.drain({ withinMs: 10_000 });
  figures.close();
});
