import { createHash } from 'node:crypto';
import type { SteppedPage } from '../../source';
import type { PageSegment } from './checkpoint-head';
import { decodePlain, encodePlain } from './plain-data';

/** Pages are held until they are this many bytes, so that a load that ends soon writes nothing. */
const BUFFER_BYTES = 4 * 1024 * 1024;
export const LENGTH_BYTES = 4;

/** Where the bytes of one attempt's pages go. */
export interface PageSink {
  /** Appends whole pages; `part` counts the calls from 0. */
  write(bytes: readonly Uint8Array[], part: number): Promise<void>;
  /** Makes durable what was written. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Takes the pages of one attempt. */
export class PageWriter {
  readonly #name: string;
  readonly #sink: PageSink;
  readonly #hash = createHash('sha256');
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #parts = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(name: string, sink: PageSink) {
    this.#name = name;
    this.#sink = sink;
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
    const flushed = this.#flush();
    const segment = {
      file: this.#name,
      bytes: this.#bytes,
      sha256: this.#hash.copy().digest('hex'),
      parts: this.#parts,
    };
    await flushed;
    await this.#sink.sync();
    return segment.bytes === 0 ? undefined : segment;
  }

  #flush(): Promise<void> {
    const bytes = this.#waiting;
    if (bytes.length === 0) return this.#writing;
    const part = this.#parts++;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writing = this.#writing.then(() => this.#sink.write(bytes, part));
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#sink.close();
  }
}

/** The pages that bytes hold, which begin and end with whole ones. */
export function* decodePages(bytes: Uint8Array): Generator<SteppedPage> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength; ) {
    const from = at + LENGTH_BYTES;
    at = from + view.getUint32(at, true);
    yield decodePlain(bytes.subarray(from, at)) as SteppedPage;
  }
}
