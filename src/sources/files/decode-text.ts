import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { brokenFile } from './file-errors';
import type { StoredFile } from './types';

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * The bytes of a file, unpacked if they are gzip by their first two, whatever the file's name says.
 *
 * @throws FILE_INVALID where the packed bytes are broken or end early
 */
export async function* unpacked(
  file: StoredFile,
  bytes: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  const first = await firstBytes(bytes);
  const all = prefixed(first, bytes);
  if (first[0] !== GZIP_MAGIC[0] || first[1] !== GZIP_MAGIC[1]) {
    yield* all;
    return;
  }
  let failed: unknown;
  const watched = watching(all, (error) => {
    failed = error;
  });
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const stream = pipeline(
    Readable.from(watched, { objectMode: false, highWaterMark: 1 << 18 }),
    gunzip,
    () => {},
  );
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    if (failed !== undefined) throw failed;
    throw brokenFile(file, 'is broken gzip', { cause: error, text: (error as Error).message });
  } finally {
    stream.destroy();
  }
}

/** The first chunks of a stream, as one that has two bytes or more if the stream has. */
async function firstBytes(bytes: AsyncGenerator<Uint8Array, void, void>): Promise<Uint8Array> {
  let first = new Uint8Array();
  while (first.length < 2) {
    const next = await bytes.next();
    if (next.done === true) break;
    first = first.length === 0 ? new Uint8Array(next.value) : Uint8Array.from([...first, ...next.value]);
  }
  return first;
}

async function* prefixed(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  if (first.length > 0) yield first;
  yield* rest;
}

/** Keeps a failure of the store from being taken for one of the file. */
async function* watching<T>(
  items: AsyncGenerator<T, void, void>,
  onError: (error: unknown) => void,
): AsyncGenerator<T, void, void> {
  try {
    yield* items;
  } catch (error) {
    onError(error);
    throw error;
  }
}

/**
 * Bytes as text, without a byte order mark.
 *
 * @throws FILE_INVALID for bytes that aren't text of this encoding
 */
export async function* decoded(
  file: StoredFile,
  bytes: AsyncGenerator<Uint8Array, void, void>,
  encoding = 'utf-8',
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let lines = 1;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw brokenFile(file, `is not ${encoding} at or after line ${lines}`, { cause: error });
    }
  };
  for await (const chunk of bytes) {
    const text = decode(chunk);
    yield text;
    lines += text.split('\n').length - 1;
  }
  const last = decode();
  if (last !== '') yield last;
}
