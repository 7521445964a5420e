import { serve } from "../serve.js";
import { startBun } from "./start.js";

await serve(startBun);
