import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type S3Keys, signatureProblem } from './signature';

interface StoredObject {
  readonly body: Uint8Array;
  readonly modified: Date;
  readonly etag: string;
}

export interface S3EmulatorOptions {
  /** @default 'exports' */
  readonly bucket?: string;
  /** Keys that a listing gives at once. @default 1000, the most that S3 gives */
  readonly pageKeys?: number;
  /** @default 0, a free one */
  readonly port?: number | undefined;
}

export interface S3Emulator {
  readonly url: string;
  readonly bucket: string;
  readonly keys: S3Keys;
  /** What was asked, as method and path. */
  readonly requests: readonly string[];
  put(key: string, body: string | Uint8Array, modified?: string): void;
  remove(key: string): void;
  /** Ends the next bodies after a number of bytes, as a connection that breaks does. */
  cutBodies(count: number, afterBytes: number): void;
  /** Answers objects only when this number of them is asked for at once. */
  holdUntil(requests: number): void;
  /** The next answers are 503 SlowDown. */
  slowDown(count: number): void;
  close(): Promise<void>;
}

const escaped = (text: string): string => text.replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/**
 * A bucket over HTTP as S3's documentation describes it: ListObjectsV2 with continuation tokens, GetObject with ranges and
 * If-Match, path-style addresses, signatures of version 4, errors as XML.
 */
export async function startS3Emulator(options: S3EmulatorOptions = {}): Promise<S3Emulator> {
  const { bucket = 'exports', pageKeys = 1000, port = 0 } = options;
  const keys = {
    accessKeyId: 'AKIAEMULATOR',
    secretAccessKey: 'secret/key+of the emulator',
    region: 'eu-central-1',
  };
  const objects = new Map<string, StoredObject>();
  const requests: string[] = [];
  const faults = { cuts: 0, cutAfter: 0, slow: 0, hold: 0 };
  const held: (() => void)[] = [];

  const fail = (response: ServerResponse, status: number, code: string): void => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
    );
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(`${request.method} ${request.url}`);
    const problem = signatureProblem(request, keys);
    if (problem !== undefined) {
      fail(response, 403, problem);
      return;
    }
    if (faults.slow > 0) {
      faults.slow -= 1;
      fail(response, 503, 'SlowDown');
      return;
    }
    const [path = '', query = ''] = request.url!.split('?');
    const [, asked, ...rest] = path.split('/').map(decodeURIComponent);
    if (asked !== bucket) {
      fail(response, 404, 'NoSuchBucket');
      return;
    }
    const key = rest.join('/');
    if (key !== '') {
      held.push(() => send(request, response, key));
      if (held.length >= faults.hold) for (const release of held.splice(0)) release();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(listing(bucket, objects, { params: new URLSearchParams(query), pageKeys }));
  };

  const send = (request: IncomingMessage, response: ServerResponse, key: string): void => {
    const object = objects.get(key);
    if (object === undefined) {
      fail(response, 404, 'NoSuchKey');
      return;
    }
    const { etag, modified } = object;
    if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== etag) {
      fail(response, 412, 'PreconditionFailed');
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const body = object.body.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': String(body.length),
      'last-modified': modified.toUTCString(),
      etag,
    });
    if (faults.cuts === 0) {
      response.end(body);
      return;
    }
    faults.cuts -= 1;
    response.write(body.subarray(0, faults.cutAfter), () => response.destroy());
  };

  const server = createServer(answer).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket,
    keys,
    requests,
    put(key, content, modified = '2024-01-01T00:00:00Z') {
      const body = new Uint8Array(Buffer.from(content));
      const etag = `"${createHash('md5').update(body).digest('hex')}"`;
      objects.set(key, { body, modified: new Date(modified), etag });
    },
    remove: (key) => void objects.delete(key),
    cutBodies: (cuts, cutAfter) => void Object.assign(faults, { cuts, cutAfter }),
    holdUntil: (hold) => void Object.assign(faults, { hold }),
    slowDown: (slow) => void Object.assign(faults, { slow }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Keys in the order of their UTF-8 bytes, a page at a time. The token is where the next page begins, and opaque. */
function listing(
  bucket: string,
  objects: ReadonlyMap<string, StoredObject>,
  { params, pageKeys }: { readonly params: URLSearchParams; readonly pageKeys: number },
): string {
  const prefix = params.get('prefix') ?? '';
  const after = Buffer.from(params.get('continuation-token') ?? '', 'base64').toString();
  const matching = [...objects.entries()]
    .filter(([key]) => key.startsWith(prefix) && key > after)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const page = matching.slice(0, pageKeys);
  const truncated = page.length < matching.length;
  const shown = (key: string): string =>
    params.get('encoding-type') === 'url'
      ? encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+')
      : escaped(key);
  const next = Buffer.from(page.at(-1)?.[0] ?? '').toString('base64');
  const contents = page.map(
    ([key, { body, etag, modified }]) =>
      `<Contents><Key>${shown(key)}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>${escaped(etag)}</ETag><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${bucket}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${pageKeys}</MaxKeys>`,
    `<EncodingType>url</EncodingType><IsTruncated>${truncated}</IsTruncated>`,
    truncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : '',
    ...contents,
    '</ListBucketResult>',
  ].join('');
}
