import { serve } from "../serve.js";
import { startWsReady } from "./start.js";

await serve(startWsReady);
