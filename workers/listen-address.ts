/** Where a server of a worker listens. */
export interface ListenAddress {
  /** An IP address of this machine; `0.0.0.0` and `::` are all of its interfaces. @default 127.0.0.1 */
  readonly host?: string | undefined;
  readonly port: number;
}

/** Nothing is answered to other machines unless it was asked for. */
export const LOOPBACK = '127.0.0.1';
