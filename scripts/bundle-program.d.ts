import type { Plugin } from "esbuild";

/** Bundles an entry file of the tests, from source, into a folder of its own. Gives the path of the bundle. */
export declare function bundleProgram(entry: string, plugins?: readonly Plugin[]): Promise<string>;
