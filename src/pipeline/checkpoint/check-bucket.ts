import { randomUUID } from 'node:crypto';
import type { BucketObjects } from './bucket-objects';

const BODY = new TextEncoder().encode('tidemark tries whether checkpoints can be kept here');
const OF_ANOTHER = '"0"';

/**
 * Tries in a bucket what checkpoints need, on an object of its own that is removed again.
 * @returns what its store lacks; undefined if nothing
 */
export async function lackOf(objects: BucketObjects, prefix: string): Promise<string | undefined> {
  const key = `${prefix}check-${randomUUID()}`;
  try {
    const made = await objects.put(key, BODY, 'none');
    const again = await objects.put(key, BODY, 'none');
    const changed = await objects.put(key, BODY, { etag: OF_ANOTHER });
    if (made === undefined || again !== undefined || changed !== undefined)
      return 'does not heed If-None-Match and If-Match of a PUT, without which an attempt that was overtaken could write over a later one’s checkpoint';
    const there = await objects.get(key);
    const listed: string[] = [];
    for await (const one of objects.list(key)) listed.push(one);
    if (there === undefined || !listed.includes(key)) return 'does not show what was written a moment ago';
    if (!(await objects.remove(key, there.etag))) return 'does not remove what If-Match names';
    return undefined;
  } finally {
    // what is said is what failed first
    await objects.remove(key).catch(() => undefined);
  }
}
