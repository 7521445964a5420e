import { serve } from "../serve.js";
import { startWs } from "./start.js";

await serve(startWs);
