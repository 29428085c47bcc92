import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Bytes as an answer's body takes them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What browsers take, the smaller first. */
export type Encoding = 'br' | 'gzip';

/** Smaller texts than this gain nothing. */
export const SMALLEST_COMPRESSED = 1_000;

/** @param body is compressed as well as that goes for `br`, quickly for `gzip` */
export async function compressed(body: string | Bytes, encoding: Encoding): Promise<Bytes> {
  const bytes =
    encoding === 'br'
      ? await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
      : await promisify(gzip)(body);
  return new Uint8Array(bytes);
}

/** Names a content, whichever way it is compressed. */
export function etagOf(content: string | Bytes): string {
  return `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}

/** Whether an `accept-encoding` takes an encoding. `q=0` says that it doesn't. */
export function takes(accepted: string, encoding: Encoding): boolean {
  return accepted
    .split(',')
    .map((part) => part.split(';').map((text) => text.trim()))
    .some(
      ([name, ...parameters]) => name === encoding && !parameters.some((one) => /^q=0(\.0+)?$/.test(one)),
    );
}
