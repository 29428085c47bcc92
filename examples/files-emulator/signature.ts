import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Uint8Array, text: string): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(text).digest());

/** Percent-encoding as the protocol wants it: everything but letters, digits, `-._~`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** What is wrong with the signature of a request, as S3 names it; undefined if it is right. */
export function signatureProblem(request: IncomingMessage, keys: S3Keys): string | undefined {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (given === null) return 'AccessDenied';
  const [, credential = '', signedHeaders = '', signature = ''] = given;
  const [keyId, date = '', region, service, end] = credential.split('/');
  if (keyId !== keys.accessKeyId) return 'InvalidAccessKeyId';
  const scoped = region === keys.region && service === 's3' && end === 'aws4_request';
  if (!scoped) return 'AuthorizationHeaderMalformed';
  const at = String(request.headers['x-amz-date'] ?? '');
  if (!at.startsWith(date) || !signedHeaders.split(';').includes('host')) return 'SignatureDoesNotMatch';
  const scope = `${date}/${keys.region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, hex(canonicalRequest(request, signedHeaders))].join('\n');
  const steps = [date, keys.region, 's3', 'aws4_request'];
  const key = steps.reduce<string | Uint8Array>(
    (from, step) => hmac(from, step),
    `AWS4${keys.secretAccessKey}`,
  );
  const expected = hmac(key, toSign);
  const matches = timingSafeEqual(expected, new Uint8Array(Buffer.from(signature, 'hex')));
  return matches ? undefined : 'SignatureDoesNotMatch';
}

function canonicalRequest(request: IncomingMessage, signedHeaders: string): string {
  const [path = '', query = ''] = request.url!.split('?');
  const pairs = [...new URLSearchParams(query)].map(
    ([name, value]) => [encoded(name), encoded(value)] as const,
  );
  const sorted = pairs.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
  const headers = signedHeaders.split(';').map((name) => {
    const value = request.headers[name];
    return `${name}:${String(value ?? '')
      .trim()
      .replace(/\s+/g, ' ')}\n`;
  });
  return [
    request.method,
    path
      .split('/')
      .map((part) => encoded(decodeURIComponent(part)))
      .join('/'),
    sorted.map((pair) => pair.join('=')).join('&'),
    headers.join(''),
    signedHeaders,
    String(request.headers['x-amz-content-sha256'] ?? hex('')),
  ].join('\n');
}
