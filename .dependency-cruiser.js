// Who may import whom. tests/layers.test.ts proves of each rule that it refuses what it should.

/** Files that are pure: a table or a computation. They may use each other and the protocol, nothing else. */
const pureName =
  "(state|backoff|retry-policy|recovery|rate-limit|forwarded-for|admission|unfinished-message)\\.ts$";
const pure = [`^packages/(client|server)/src/${pureName}`, `^packages/(client|server)/src/.+/${pureName}`];

const runtime = { dependencyTypesNot: ["type-only"] };

export default {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or a third one is missing.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: runtime },
    },
    {
      name: "no-unresolved",
      comment: "An import that cannot be found.",
      severity: "error",
      from: { path: "^(packages|tests)/" },
      to: { couldNotResolve: true },
    },
    {
      name: "protocol-imports-nothing",
      comment: "The protocol runs everywhere: no node:, no dependency but the types of Standard Schema.",
      severity: "error",
      from: { path: "^packages/protocol/src/" },
      to: { pathNot: ["^packages/protocol/src/", "/@standard-schema/spec/", "(^|/)@msgpack/msgpack(/|$)"] },
    },
    {
      name: "msgpack-in-its-subpath-only",
      comment: "An optional peer: only who imports the subpath needs it.",
      severity: "error",
      from: { path: "^packages/protocol/src/", pathNot: "^packages/protocol/src/msgpack/" },
      to: { path: "(^|/)@msgpack/msgpack(/|$)" },
    },
    {
      name: "msgpack-stands-apart",
      comment: "Who speaks JSON bundles none of it.",
      severity: "error",
      from: { path: "^packages/protocol/src/", pathNot: "^packages/protocol/src/msgpack/" },
      to: { path: "^packages/protocol/src/msgpack/", ...runtime },
    },
    {
      name: "standard-schema-is-types-only",
      comment: "What a user bundles holds nothing but our own code.",
      severity: "error",
      from: { path: "^packages/protocol/src/" },
      to: { path: "/@standard-schema/spec/", ...runtime },
    },
    {
      name: "client-imports-protocol-only",
      comment: "The client never imports the server, Node, or anything but the protocol and its socket.",
      severity: "error",
      from: { path: "^packages/client/src/" },
      to: {
        pathNot: [
          "^packages/client/src/",
          "^packages/protocol/src/",
          "/isomorphic-ws/",
          "^isomorphic-ws$",
          "(^|/)idb(/|$)",
        ],
      },
    },
    {
      name: "idb-in-persistent-outbox-only",
      comment: "An optional peer: only who imports the subpath needs it.",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: "^packages/client/src/persistent-outbox/" },
      to: { path: "(^|/)idb(/|$)" },
    },
    {
      name: "persistent-outbox-stands-apart",
      comment: "Who keeps no messages bundles none of it.",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: "^packages/client/src/persistent-outbox/" },
      to: { path: "^packages/client/src/persistent-outbox/", ...runtime },
    },
    {
      name: "isomorphic-ws-in-platform-only",
      comment: "What surrounds the client is known to one file.",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: "^packages/client/src/platform\\.ts$" },
      to: { path: "(^|/)isomorphic-ws(/|$)" },
    },
    {
      name: "server-imports-protocol-only",
      comment:
        "The server never imports the client, nor any dependency but ws, and its optional peers in their subpaths.",
      severity: "error",
      from: { path: "^packages/server/src/" },
      to: {
        pathNot: [
          "^packages/server/src/",
          "^packages/protocol/src/",
          "/(@types/)?ws/",
          "(^|/)prom-client(/|$)",
          "(^|/)@opentelemetry/api(/|$)",
        ],
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "prom-client-in-metrics-only",
      comment: "An optional peer: only who imports the subpath needs it.",
      severity: "error",
      from: { path: "^packages/server/src/", pathNot: "^packages/server/src/metrics/" },
      to: { path: "(^|/)prom-client(/|$)" },
    },
    {
      name: "opentelemetry-in-its-subpath-only",
      comment: "An optional peer: only who imports the subpath needs it.",
      severity: "error",
      from: { path: "^packages/server/src/", pathNot: "^packages/server/src/opentelemetry/" },
      to: { path: "(^|/)@opentelemetry/api(/|$)" },
    },
    {
      name: "telemetry-stands-apart",
      comment: "Who collects no figures loads none of it: the server tells, and does not know who listens.",
      severity: "error",
      from: {
        path: "^packages/server/src/",
        pathNot: "^packages/server/src/(metrics|opentelemetry|observation)/",
      },
      to: { path: "^packages/server/src/(metrics|opentelemetry|observation)/" },
    },
    {
      name: "ws-in-transport-only",
      comment: "The server's core knows frames and a Transport, no socket library.",
      severity: "error",
      from: { path: "^packages/server/src/", pathNot: "^packages/server/src/transport/" },
      to: { path: "(^|/)(@types/)?ws/" },
    },
    {
      name: "testing-imports-protocol-only",
      comment: "The test tools are below client and server, whose tests use them.",
      severity: "error",
      from: { path: "^packages/testing/src/" },
      to: { pathNot: ["^packages/testing/src/", "^packages/protocol/src/"] },
    },
    {
      name: "loadtest-imports-client-and-protocol-only",
      comment: "A load test sees a server as its clients do.",
      severity: "error",
      from: { path: "^packages/loadtest/src/" },
      to: { path: "^packages/(server|testing)/" },
    },
    {
      name: "nothing-imports-loadtest",
      comment: "It is a tool beside the libraries.",
      severity: "error",
      from: { path: "^packages/", pathNot: "^packages/loadtest/" },
      to: { path: "^packages/loadtest/" },
    },
    {
      name: "pure-files-stay-pure",
      comment:
        "State tables, backoff, retry policy, recovery and rate limit can be tested without any surroundings.",
      severity: "error",
      from: { path: pure },
      to: { pathNot: [...pure, "^packages/protocol/src/"], ...runtime },
    },
    {
      name: "library-never-imports-tests",
      comment: "What is published stands without what tests it.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/" },
      to: { path: ["^tests/", "^examples/", "^packages/[^/]+/test/"] },
    },
    {
      name: "only-tests-use-testing",
      comment: "What an app ships needs no network that can be broken.",
      severity: "error",
      from: { path: "^packages/(protocol|client|server)/src/|^examples/[^/]+/src/" },
      to: { path: "^packages/testing/" },
    },
    {
      name: "names-that-say-something",
      comment: "A file called utils, helpers or common has no responsibility, and so gets all of them.",
      severity: "error",
      from: {},
      to: { path: "^(packages|tests|examples)/.*/(utils?|helpers?|common|misc)[./]" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@tautline/source", "import", "types", "node", "default"],
      extensions: [".ts", ".d.ts", ".js"],
    },
  },
};
