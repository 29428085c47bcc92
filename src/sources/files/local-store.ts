import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { TidemarkError } from '../../errors';
import { Timestamp } from '../../value';
import { changedFile } from './file-errors';
import type { FileStore, StoredFile } from './types';

const READ_BYTES = 1 << 18;
/** How many files are asked for their size and time at once. */
const AT_ONCE = 64;

/** A folder of this machine. Links to files are followed, links to folders aren't. */
export function localStore(folder: string): FileStore {
  const root = path.resolve(folder);
  const at = (file: string): string => path.join(root, ...file.split('/'));
  return {
    name: root,
    async *list(prefix, signal) {
      await checkFolder(root);
      const under = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      yield* walk({ root, under, prefix, signal });
    },
    async *bytes(file, signal) {
      const stream = createReadStream(at(file.path), {
        // a buffer of the file's size: one read finds its end, too
        highWaterMark: Math.min(READ_BYTES, file.size + 1),
        signal,
      });
      try {
        for await (const chunk of stream) yield chunk as Uint8Array;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw changedFile(file, 'is gone', error);
        throw error;
      }
    },
    localPath: (file) => at(file.path),
    check: (file) => refuseChanged(root, file),
    close() {},
  };
}

async function checkFolder(root: string): Promise<void> {
  const info = await stat(root).catch(() => undefined);
  if (info?.isDirectory() === true) return;
  const problem = info === undefined ? "doesn't exist" : 'is not a folder';
  throw new TidemarkError(
    'SOURCE_NOT_FOUND',
    `The location "${root}" ${problem}. Name a folder, or s3://BUCKET/PREFIX.`,
    {
      details: { location: root },
    },
  );
}

async function* walk(search: {
  readonly root: string;
  readonly under: string;
  readonly prefix: string;
  readonly signal: AbortSignal;
}): AsyncGenerator<StoredFile, void, void> {
  const { root, under, prefix, signal } = search;
  signal.throwIfAborted();
  const entries = await entriesOf(path.join(root, ...under.split('/')));
  for (let from = 0; from < entries.length; from += AT_ONCE) {
    const some = entries.slice(from, from + AT_ONCE);
    const found = await Promise.all(
      some.map((entry) => {
        const name = `${under}${entry.name}`;
        return entry.isDirectory() || !name.startsWith(prefix) ? undefined : fileAt(root, name);
      }),
    );
    for (const [index, entry] of some.entries()) {
      const file = found[index];
      if (file !== undefined) yield file;
      const inside = `${under}${entry.name}/`;
      if (entry.isDirectory() && (inside.startsWith(prefix) || prefix.startsWith(inside)))
        yield* walk({ ...search, under: inside });
    }
    signal.throwIfAborted();
  }
}

/** A folder that isn't there has nothing: not every day has files. */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new TidemarkError(
      'SOURCE_UNAUTHORIZED',
      `The folder "${folder}" cannot be read (${code ?? String(error)}). Give this user the right to read it.`,
      { cause: error, details: { folder } },
    );
  }
}

async function fileAt(root: string, file: string): Promise<StoredFile | undefined> {
  const info = await stat(path.join(root, ...file.split('/')), { bigint: true }).catch(() => undefined);
  if (info?.isFile() !== true) return undefined;
  return { path: file, size: Number(info.size), modified: new Timestamp(info.mtimeNs / 1000n) };
}

async function refuseChanged(root: string, file: StoredFile): Promise<void> {
  const now = await fileAt(root, file.path);
  if (now === undefined) throw changedFile(file, 'is gone');
  if (now.size !== file.size || now.modified.micros !== file.modified.micros)
    throw changedFile(file, 'changed');
}
