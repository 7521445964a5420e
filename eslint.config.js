import tseslint from "typescript-eslint";

// Biome formats and does the quick checks. Here is what needs types, and the rules of the house that are about one
// file: its size, its words, its globals. Which file may import which is .dependency-cruiser.js.

const librarySource = ["packages/*/src/**/*.ts"];
const clientSource = ["packages/client/src/**/*.ts"];

/** Names that exist only where a program runs. The client reads them in one file, so that it can run anywhere. */
const surroundings = [
  ...["window", "self", "document", "navigator", "location", "process", "Buffer", "WebSocket", "fetch"],
  ...["crypto", "performance", "Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"],
  ...[
    "setImmediate",
    "clearImmediate",
    "queueMicrotask",
    "addEventListener",
    "localStorage",
    "sessionStorage",
  ],
  ...["indexedDB", "globalThis", "global"],
];

/** What only the default clock and the default randomness may touch. */
const timeAndChance = [
  ...["Date", "performance", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate"],
  ...["clearImmediate", "crypto"],
];

const restricted = (names, message) => ["error", ...names.map((name) => ({ name, message }))];

const noExportAll = {
  selector: "ExportAllDeclaration",
  message: "List the exports one by one: what a package offers is read in one place.",
};

const noChance = {
  selector: "MemberExpression[object.name='Math'][property.name='random']",
  message: "Chance comes in as `Random`.",
};

export default tseslint.config(
  {
    ignores: [
      "**/dist/**",
      "**/node_modules/**",
      "docs/api/**",
      "docs/.vitepress/{cache,dist}/**",
      "coverage/**",
    ],
  },
  {
    name: "tautline/types",
    files: ["packages/**/*.ts", "tests/**/*.ts", "examples/**/*.ts", "bench/**/*.ts", "*.ts"],
    ignores: ["**/*.d.ts"],
    plugins: { "@typescript-eslint": tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: ["./tsconfig.json"], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unsafe-return": "error",
      "@typescript-eslint/no-unused-expressions": "error",
      "@typescript-eslint/ban-ts-comment": ["error", { "ts-expect-error": true }],
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex:
                "packages/[a-z]+/(src|dist)|^@tautline/[a-z]+/(src|dist)|^\\.\\./.*/(protocol|client|server|testing|loadtest)/(src|dist)",
              message: "Import the package by its name: only what its exports offer is stable.",
            },
          ],
        },
      ],
    },
  },
  {
    // A type test states what must not compile; a test may throw what a careless user would, and reads JSON freely.
    name: "tautline/tests",
    files: ["**/*.test.ts", "**/*.test-d.ts", "**/test/**/*.ts", "tests/**/*.ts"],
    rules: {
      "@typescript-eslint/ban-ts-comment": ["error", { "ts-expect-error": "allow-with-description" }],
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
  {
    // Fuzzing feeds the readers themselves, which no package exports.
    name: "tautline/fuzz-targets",
    files: ["tests/fuzz/targets/*.ts"],
    rules: { "no-restricted-imports": "off" },
  },
  {
    name: "tautline/type-tests",
    files: ["**/*.test-d.ts"],
    // Compiled, never run: nothing floats.
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
  {
    name: "tautline/library",
    files: librarySource,
    rules: {
      "no-console": "error",
      "max-lines": ["error", { max: 250 }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", { max: 4 }],
      "no-restricted-syntax": ["error", noExportAll],
    },
  },
  {
    name: "tautline/chance",
    files: librarySource,
    ignores: ["packages/*/src/{platform,random}.ts"],
    rules: { "no-restricted-syntax": ["error", noExportAll, noChance] },
  },
  {
    name: "tautline/time-and-chance",
    files: librarySource,
    // `testing` is what turns the clock, and so may know the real one.
    ignores: ["packages/*/src/{clock,platform,random}.ts", "packages/testing/**", ...clientSource],
    rules: {
      "no-restricted-globals": restricted(timeAndChance, "Time and chance come in as `Clock` and `Random`."),
    },
  },
  {
    name: "tautline/client-globals",
    files: clientSource,
    ignores: ["packages/client/src/{platform,clock}.ts"],
    rules: {
      "no-restricted-globals": restricted(
        surroundings,
        "The client touches its surroundings only in platform.ts.",
      ),
    },
  },
);
