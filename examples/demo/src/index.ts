export { type Demo, type DemoOptions, demo, startDemo } from "./demo.js";
export type { Pages } from "./serve.js";
