import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { brokenFile } from './file-errors';
import { firstBytes, prefixed } from './first-bytes';
import type { StoredFile } from './types';
import { unpackBzip2 } from './unpack-bzip2';
import { unpackZstd } from './unpack-zstd';

type Bytes = AsyncGenerator<Uint8Array, void, void>;

interface Packing {
  readonly name: string;
  /** Whether a file begins as it does. */
  begins(first: Uint8Array): boolean;
  unpack(bytes: Bytes): Bytes;
}

const BLOCK_OF_BZIP2 = '314159265359';
const END_OF_BZIP2 = '177245385090';

const PACKINGS: readonly Packing[] = [
  { name: 'gzip', begins: (first) => first[0] === 0x1f && first[1] === 0x8b, unpack: gunzip },
  {
    name: 'zstd',
    begins: (first) => /^(28b52ffd|5.2a4d18)/.test(hexOf(first)),
    unpack: unpackZstd,
  },
  {
    name: 'bzip2',
    // "BZh9" alone may be text
    begins: (first) => new RegExp(`^425a683[1-9](${BLOCK_OF_BZIP2}|${END_OF_BZIP2})`).test(hexOf(first)),
    unpack: unpackBzip2,
  },
];
const BEGINNING_BYTES = 10;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, BEGINNING_BYTES)).toString('hex');

async function* gunzip(bytes: Bytes): Bytes {
  const stream = pipeline(
    Readable.from(bytes, { objectMode: false, highWaterMark: 1 << 18 }),
    createGunzip({ chunkSize: 1 << 18 }),
    () => {},
  );
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } finally {
    stream.destroy();
  }
}

/**
 * The bytes of a file, unpacked if they are gzip, zstd or bzip2 by their first ones, whatever the file's name says. Several packed
 * streams, one after the other, are read as one.
 *
 * @throws FILE_INVALID where the packed bytes are broken or end early
 */
export async function* unpacked(file: StoredFile, bytes: Bytes): Bytes {
  const first = await firstBytes(bytes, BEGINNING_BYTES);
  const all = prefixed(first, bytes);
  const packing = PACKINGS.find(({ begins }) => begins(first));
  if (packing === undefined) {
    yield* all;
    return;
  }
  let failed: unknown;
  const watched = watching(all, (error) => {
    failed = error;
  });
  try {
    yield* packing.unpack(watched);
  } catch (error) {
    if (failed !== undefined) throw failed;
    throw brokenFile(file, `is broken ${packing.name}`, { cause: error, text: (error as Error).message });
  } finally {
    await watched.return();
  }
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
