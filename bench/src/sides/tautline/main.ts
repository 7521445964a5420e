import { serve } from "../serve.js";
import { startTautline } from "./start.js";

await serve(startTautline);
