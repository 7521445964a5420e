// The tests with one planted bug: the one that TAUTLINE_MUTANT names. For `pnpm mutants`.
import { fileURLToPath } from "node:url";
import { mergeConfig } from "vitest/config";
import base from "../../vitest.config.js";
import { mutate } from "./mutant.js";
import { mutants } from "./mutants.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const mutant = mutants.find(({ name }) => name === process.env.TAUTLINE_MUTANT);
if (!mutant) throw new Error(`expected the name of a mutant, got ${process.env.TAUTLINE_MUTANT}`);

export default mergeConfig(base, {
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      transform: (code: string, id: string) =>
        id === `${root}${mutant.file}` ? mutate(code, mutant) : undefined,
    },
  ],
});
