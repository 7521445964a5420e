import { defineConfig } from "vite";

export default defineConfig({
  root: "page",
  // The page may be served from any folder: alone from /, in the demo from /chat/.
  base: "./",
  build: { outDir: "../dist/page", emptyOutDir: true, target: "es2022" },
  // `vite` serves the page with hot reload; the server runs beside it (`npm start`).
  server: { proxy: { "/live": { target: "http://localhost:8080", ws: true } } },
});
