import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { invalidOption } from "@tautline/protocol";
import { expect, it } from "vitest";

const packages = [
  "@tautline/protocol",
  "@tautline/server",
  "@tautline/client",
  "@tautline/testing",
  "@tautline/loadtest",
];

it.each(packages)("resolves %s to its source, not to a build", (name) => {
  const file = realpathSync(fileURLToPath(import.meta.resolve(name)));
  expect(file.replaceAll("\\", "/")).toMatch(/\/packages\/\w+\/src\/index\.ts$/);
});

it("runs the source that it resolved", () => {
  expect(invalidOption("option", "a number", "15s").stack?.replaceAll("\\", "/")).toContain(
    "/packages/protocol/src/tautline-error.ts",
  );
});
