import { collectAll } from '../collect-all';
import type { FileStore, StoredFile } from './types';

/** A file up to this size is fetched whole before it is read. */
const SMALL_BYTES = 1 << 20;
/** How many small files are fetched at once, or wait to be read. */
const AHEAD = 8;

/**
 * A store that fetches small files before they are asked for: most of the time of many small ones, in a bucket or on a disk,
 * is spent waiting for each to begin. At most 8 MiB wait in memory.
 *
 * @param files those whose bytes will be read, in that order
 */
export function readAhead(store: FileStore, files: readonly StoredFile[]): FileStore {
  const small = files.filter(({ size }) => size <= SMALL_BYTES);
  const fetched = new Map<string, Promise<readonly Uint8Array[]>>();
  let next = 0;
  const fill = (signal: AbortSignal): void => {
    for (; fetched.size < AHEAD && next < small.length; next++) {
      const file = small[next]!;
      const body = collectAll(store.bytes(file, signal));
      // a failure is thrown when the file is read
      body.catch(() => {});
      fetched.set(file.path, body);
    }
  };
  return {
    ...store,
    async *bytes(file, signal) {
      fill(signal);
      const body = fetched.get(file.path);
      if (body === undefined) {
        yield* store.bytes(file, signal);
        return;
      }
      const chunks = await body;
      fetched.delete(file.path);
      fill(signal);
      yield* chunks;
    },
  };
}
