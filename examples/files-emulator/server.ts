import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type S3Keys, signatureProblem } from './signature';
import { type Conditions, removeObject, type StoredObject, stored, writeObject } from './writes';

export interface S3EmulatorOptions {
  /** @default 'exports' */
  readonly bucket?: string;
  /** Keys that a listing gives at once. @default 1000, the most that S3 gives */
  readonly pageKeys?: number;
  /** @default 0, a free one */
  readonly port?: number | undefined;
  /** Whether writes heed `If-Match` and `If-None-Match`, which some stores don't know. @default true */
  readonly conditions?: boolean;
}

/** The rights that a request needs one of. */
export type S3Right = 's3:ListBucket' | 's3:GetObject' | 's3:PutObject' | 's3:DeleteObject';

export interface S3Emulator {
  readonly url: string;
  readonly bucket: string;
  readonly keys: S3Keys;
  /** What was asked, as method and path. */
  readonly requests: readonly string[];
  /** How many connections were opened. */
  connections(): number;
  /** Keys of what is stored, in order. */
  stored(): readonly string[];
  put(key: string, body: string | Uint8Array, modified?: string): void;
  remove(key: string): void;
  /** Ends the next bodies after a number of bytes, as a connection that breaks does. */
  cutBodies(count: number, afterBytes: number): void;
  /** Answers objects only when this number of them is asked for at once. */
  holdUntil(requests: number): void;
  /** The next answers are 503 SlowDown. */
  slowDown(count: number): void;
  /** The next writes are done, and their answers lost. */
  loseAnswers(count: number): void;
  /** Takes rights from the key. */
  deny(...rights: readonly S3Right[]): void;
  close(): Promise<void>;
}

const escaped = (text: string): string => text.replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/**
 * A bucket over HTTP as S3's documentation describes it: ListObjectsV2 with continuation tokens, GetObject with ranges and
 * If-Match, PutObject and DeleteObject with their conditions, path-style addresses, signatures of version 4, errors as XML.
 */
export async function startS3Emulator(options: S3EmulatorOptions = {}): Promise<S3Emulator> {
  const { bucket = 'exports', pageKeys = 1000, port = 0, conditions = true } = options;
  const keys = {
    accessKeyId: 'AKIAEMULATOR',
    secretAccessKey: 'secret/key+of the emulator',
    region: 'eu-central-1',
  };
  const objects = new Map<string, StoredObject>();
  const requests: string[] = [];
  const faults = { cuts: 0, cutAfter: 0, slow: 0, hold: 0, lost: 0 };
  const denied = new Set<S3Right>();
  const held: (() => void)[] = [];

  const fail = (response: ServerResponse, status: number, code: string): void => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
    );
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(`${request.method} ${request.url}`);
    const body = await bodyOf(request);
    const problem = signatureProblem(request, keys) ?? bodyProblem(request, body);
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
    if (denied.has(rightOf(request.method, key))) {
      fail(response, 403, 'AccessDenied');
      return;
    }
    if (key !== '' && (request.method === 'PUT' || request.method === 'DELETE')) {
      write(request, response, { key, body });
      return;
    }
    if (key !== '') {
      held.push(() => send(request, response, key));
      if (held.length >= faults.hold) for (const release of held.splice(0)) release();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(listing(bucket, objects, { params: new URLSearchParams(query), pageKeys }));
  };

  const write = (
    request: IncomingMessage,
    response: ServerResponse,
    { key, body }: { readonly key: string; readonly body: Uint8Array },
  ): void => {
    const asked: Conditions = conditions
      ? { ifMatch: request.headers['if-match'], ifNoneMatch: request.headers['if-none-match'] }
      : {};
    const refused =
      request.method === 'PUT' ? writeObject(objects, key, body, asked) : removeObject(objects, key, asked);
    if (faults.lost > 0) {
      faults.lost -= 1;
      response.destroy();
    } else if (refused !== undefined) fail(response, ...refused);
    else if (request.method === 'DELETE') response.writeHead(204).end();
    else response.writeHead(200, { etag: objects.get(key)!.etag }).end();
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

  const server = createServer((request, response) => void answer(request, response)).listen(
    port,
    '127.0.0.1',
  );
  let connections = 0;
  server.on('connection', () => void connections++);
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket,
    keys,
    requests,
    connections: () => connections,
    stored: () => [...objects.keys()].sort(),
    put: (key, content, modified = '2024-01-01T00:00:00Z') =>
      void objects.set(key, stored(new Uint8Array(Buffer.from(content)), new Date(modified))),
    remove: (key) => void objects.delete(key),
    cutBodies: (cuts, cutAfter) => void Object.assign(faults, { cuts, cutAfter }),
    holdUntil: (hold) => void Object.assign(faults, { hold }),
    slowDown: (slow) => void Object.assign(faults, { slow }),
    loseAnswers: (lost) => void Object.assign(faults, { lost }),
    deny: (...rights) => rights.forEach((right) => void denied.add(right)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  return new Uint8Array(Buffer.concat(parts));
}

/** The signature covers the hash that the header gives; the body has to have it. */
function bodyProblem(request: IncomingMessage, body: Uint8Array): string | undefined {
  const given = request.headers['x-amz-content-sha256'];
  if (given === undefined || given === 'UNSIGNED-PAYLOAD') return undefined;
  return given === createHash('sha256').update(body).digest('hex') ? undefined : 'XAmzContentSHA256Mismatch';
}

function rightOf(method: string | undefined, key: string): S3Right {
  if (key === '') return 's3:ListBucket';
  if (method === 'PUT') return 's3:PutObject';
  return method === 'DELETE' ? 's3:DeleteObject' : 's3:GetObject';
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
