/** Where a package was built and what it was packed into. */
export interface Packed {
  readonly name: string;
  readonly folder: string;
  readonly tarball: string;
}
export declare const root: string;
export declare const published: readonly string[];
export declare function packAll(destination: string): Promise<Packed[]>;
