declare module 'pg-copy-streams' {
  import type { Writable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** A stream that is written to, once it is given to `client.query`. */
  export function from(sql: string): Writable & Submittable;
}
