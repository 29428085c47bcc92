import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { SteppedPage } from '../../source';
import { decodePlain, encodePlain } from './plain-data';

/** Pages are held until they are this many bytes, so that a load that ends soon writes no file. */
const BUFFER_BYTES = 4 * 1024 * 1024;
const LENGTH_BYTES = 4;

/** The beginning of a file of pages that is on disk, and will stay as it is. */
interface PageSegment {
  /** Its name in the checkpoint's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Takes the pages of one attempt and appends them to a file of its own. */
export class PageFile {
  readonly #path: string;
  readonly #name: string;
  readonly #hash = createHash('sha256');
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #file: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: { readonly path: string; readonly name: string }) {
    this.#path = file.path;
    this.#name = file.name;
  }

  /** @throws TypeError for rows that are not plain data */
  append(page: SteppedPage): void | Promise<void> {
    const body = encodePlain(page);
    const length = new Uint8Array(Uint32Array.of(body.byteLength).buffer);
    for (const part of [length, body]) {
      this.#hash.update(part);
      this.#waiting.push(part);
    }
    this.#waitingBytes += LENGTH_BYTES + body.byteLength;
    this.#bytes += LENGTH_BYTES + body.byteLength;
    if (this.#waitingBytes > BUFFER_BYTES) return this.#flush();
  }

  /** Makes durable what was appended before the call; undefined if that is nothing. */
  async segment(): Promise<PageSegment | undefined> {
    const segment = {
      file: this.#name,
      bytes: this.#bytes,
      sha256: this.#hash.copy().digest('hex'),
    };
    await this.#flush();
    await this.#file?.sync();
    return segment.bytes === 0 ? undefined : segment;
  }

  #flush(): Promise<void> {
    const parts = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writing = this.#writing.then(async () => {
      if (parts.length === 0) return;
      this.#file ??= await open(this.#path, 'wx');
      const { bytesWritten } = await this.#file.writev(parts);
      if (bytesWritten < parts.reduce((sum, { byteLength }) => sum + byteLength, 0))
        throw new RangeError(`"${this.#path}" could not be written as a whole; the disk may be full.`);
    });
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#file?.close();
    this.#file = undefined;
  }
}

/** Whether a segment is on disk as it was written. */
export async function isWhole(path: string, { bytes, sha256 }: PageSegment): Promise<boolean> {
  const hash = createHash('sha256');
  let read = 0;
  try {
    for await (const part of createReadStream(path, { end: bytes - 1 })) {
      hash.update(part as Uint8Array);
      read += (part as Uint8Array).byteLength;
    }
  } catch {
    return false;
  }
  return read === bytes && hash.digest('hex') === sha256;
}

/** The pages of a segment. */
export async function* readPages(path: string, { bytes }: PageSegment): AsyncGenerator<SteppedPage> {
  const file = await open(path, 'r');
  const take = async (at: number, length: number): Promise<Uint8Array> => {
    const part = new Uint8Array(length);
    const { bytesRead } = await file.read(part, 0, length, at);
    if (bytesRead < length) throw new RangeError(`"${path}" ended at ${at + bytesRead} of ${bytes} bytes.`);
    return part;
  };
  try {
    for (let at = 0; at < bytes; ) {
      const length = new DataView((await take(at, LENGTH_BYTES)).buffer).getUint32(0, true);
      yield decodePlain(await take(at + LENGTH_BYTES, length)) as SteppedPage;
      at += LENGTH_BYTES + length;
    }
  } finally {
    await file.close();
  }
}
