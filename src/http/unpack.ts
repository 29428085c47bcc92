import { constants } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';

type Unpack = (body: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  'x-gzip': promisify<Uint8Array, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<Uint8Array, ZlibOptions, Buffer>(inflate),
  br: promisify<Uint8Array, ZlibOptions, Buffer>(brotliDecompress),
};

/** The largest body that is taken unless the source says otherwise: no honest page has it. */
const MAX_BODY_SIZE = 256 * 1024 * 1024;

/** The bytes that a body may have; a text of more can't be made. */
export const bodyLimit = (maxBodySize = MAX_BODY_SIZE): number =>
  Math.min(maxBodySize, constants.MAX_STRING_LENGTH);

/** A body that is larger than it may be. */
export class BodyTooLarge extends Error {
  constructor(readonly limit: number) {
    super(`a body of more than ${limit} bytes`);
  }
}

/**
 * A body as it was before it was packed.
 *
 * @throws BodyTooLarge as soon as it is, whatever is still to be unpacked
 */
export async function unpacked(body: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  const unpack = unpackers[encoding?.trim().toLowerCase() ?? ''];
  if (unpack === undefined || body.length === 0) return body;
  try {
    const packed = new Uint8Array(body.buffer, body.byteOffset, body.length);
    return await unpack(packed, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new BodyTooLarge(limit);
    throw error;
  }
}
