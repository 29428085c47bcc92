import { execFileSync } from 'node:child_process';

/** Whom a program runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Somebody who isn't root, since Postgres refuses to run as root; undefined where this process isn't root itself. */
export function unprivileged(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const ask = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}
