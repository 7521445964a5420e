import { answerByPromise } from "./serving.js";

answerByPromise();
