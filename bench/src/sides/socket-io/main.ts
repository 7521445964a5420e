import { serve } from "../serve.js";
import { startSocketIo } from "./start.js";

await serve(startSocketIo);
