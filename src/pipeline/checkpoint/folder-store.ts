import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { SteppedPage } from '../../source';
import { type CheckpointHead, type PageSegment, parseHead } from './checkpoint-head';
import { type CheckpointStore, laterAttempt, writerOf } from './checkpoint-store';
import { LENGTH_BYTES, type PageSink } from './page-writer';
import { decodePlain } from './plain-data';

const HEAD = 'checkpoint.json';

/** The checkpoint of a load in a folder of its own. Each attempt appends to a file of its own; the head is renamed into place. */
export function folderStore(folder: string): CheckpointStore {
  const find = async (): Promise<CheckpointHead | undefined> => {
    const text = await readFile(path.join(folder, HEAD), 'utf8').catch(ifThere);
    return text === undefined ? undefined : parseHead(text);
  };
  const isLater = async (writer: number): Promise<boolean> => ((await find())?.writer ?? 0) > writer;
  return {
    name: folder,
    find,
    isWhole: (segment) => isWhole(path.join(folder, segment.file), segment),
    pages: (segment) => readPages(path.join(folder, segment.file), segment),
    sink: (name) => fileSink(path.join(folder, name)),
    async write(head) {
      if (await isLater(head.writer)) throw laterAttempt();
      await writeHead(folder, head);
    },
    tidy: ({ writer, segments }) =>
      removeFiles(folder, writer, new Set([HEAD, ...segments.map(({ file }) => file)])),
    async remove(writer = Number.POSITIVE_INFINITY) {
      if (await isLater(writer)) return;
      await removeFiles(folder, writer, new Set());
      // a later attempt may have begun to write into it
      await rmdir(folder).catch(() => undefined);
    },
    close: () => undefined,
  };
}

/** What isn't there is undefined; what can't be read is no such thing, and must not be replaced. */
function ifThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function writeHead(folder: string, head: CheckpointHead): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = path.join(folder, `${randomUUID()}.tmp`);
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(JSON.stringify(head));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path.join(folder, HEAD));
  // the new name itself is durable with its folder only
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Removes the files of this writer and of earlier ones, but for those that are kept. */
async function removeFiles(folder: string, writer: number, kept: ReadonlySet<string>): Promise<void> {
  for (const name of (await readdir(folder).catch(ifThere)) ?? [])
    if (!kept.has(name) && writerOf(name) <= writer) await rm(path.join(folder, name), { force: true });
}

function fileSink(at: string): PageSink {
  let file: FileHandle | undefined;
  return {
    async write(bytes) {
      if (file === undefined) {
        await mkdir(path.dirname(at), { recursive: true });
        file = await open(at, 'wx');
      }
      const { bytesWritten } = await file.writev(bytes);
      if (bytesWritten < bytes.reduce((sum, { byteLength }) => sum + byteLength, 0))
        throw new RangeError(`"${at}" could not be written as a whole; the disk may be full.`);
    },
    async sync() {
      await file?.sync();
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}

async function isWhole(at: string, { bytes, sha256 }: PageSegment): Promise<boolean> {
  const hash = createHash('sha256');
  let read = 0;
  try {
    for await (const part of createReadStream(at, { end: bytes - 1 })) {
      hash.update(part as Uint8Array);
      read += (part as Uint8Array).byteLength;
    }
  } catch {
    return false;
  }
  return read === bytes && hash.digest('hex') === sha256;
}

async function* readPages(at: string, { bytes }: PageSegment): AsyncGenerator<SteppedPage> {
  const file = await open(at, 'r');
  const take = async (from: number, length: number): Promise<Uint8Array> => {
    const part = new Uint8Array(length);
    const { bytesRead } = await file.read(part, 0, length, from);
    if (bytesRead < length) throw new RangeError(`"${at}" ended at ${from + bytesRead} of ${bytes} bytes.`);
    return part;
  };
  try {
    for (let from = 0; from < bytes; ) {
      const length = new DataView((await take(from, LENGTH_BYTES)).buffer).getUint32(0, true);
      yield decodePlain(await take(from + LENGTH_BYTES, length)) as SteppedPage;
      from += LENGTH_BYTES + length;
    }
  } finally {
    await file.close();
  }
}
