/** Where to listen. */
export interface ListenOptions {
  /** 0: any free one. @default 0 */
  readonly port?: number | undefined;
  /** @default all addresses, IPv6 and IPv4 */
  readonly host?: string | undefined;
  /** The path of upgrades. @default any */
  readonly path?: string | undefined;
}

/** Where a server listens. */
export interface Listening {
  readonly port: number;
  readonly address: string;
  /** `ws://localhost:8080`, for people and tests. */
  readonly url: string;
}
