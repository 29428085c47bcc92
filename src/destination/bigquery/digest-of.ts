import { createHash } from 'node:crypto';

/** 160 bits of SHA-256. */
const LENGTH = 40;

/** What tells texts from all others, for a name. */
export function digestOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, LENGTH);
}
