import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { files } from '../../../src/sources/files';
import { days, jsonl, type Workspace, workspace } from './workspace';

type Answer = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void;

let space: Workspace;
let stop: (() => Promise<void>) | undefined;
let asked: string[];
beforeEach(() => {
  space = workspace();
  asked = [];
});
afterEach(async () => {
  await stop?.();
  await space.close();
});

/** Something at an address that is taken for a bucket. */
async function loadFrom(answer: Answer, glob = '{yyyy}/{MM}/{dd}/*.csv') {
  const server = createServer((request, response) => {
    asked.push(request.url!);
    answer(request, response, new URLSearchParams(request.url!.split('?')[1]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const source = files({
    location: 's3://exports/crm',
    s3: { endpoint, accessKeyId: 'AKIATEST', secretAccessKey: 'a secret of the test' },
    tables: [{ name: 'events', glob }],
  });
  const { error } = await space.load(source, { interval: days(1, 2) });
  return { error, endpoint };
}

const html = (response: ServerResponse, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { 'content-type': 'text/html', ...headers });
  response.end('<!DOCTYPE html><html><body><h1>Please log in</h1></body></html>');
};
const FILE =
  '<Contents><Key>crm/2024/03/01/a.csv</Key><LastModified>2024-03-01T00:00:00.000Z</LastModified><ETag>"e1"</ETag><Size>9</Size></Contents>';
const listing = (response: ServerResponse, inside: string): void => {
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>exports</Name>${inside}</ListBucketResult>\n`,
  );
};

describe('an answer that is not what S3 gives', () => {
  test.each([
    ['a page of HTML', '<!DOCTYPE html><html><body>Please log in</body></html>'],
    ['HTML that is well-formed XML', '<html><body>Please log in</body></html>'],
    ['nothing', ''],
    ['JSON', '{"files":[]}'],
    ['an error with status 200', '<Error><Code>InternalError</Code><Message>Later</Message></Error>'],
    ['another list', '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>'],
    ['half a list', '<ListBucketResult><Name>exports</Name>'],
  ])('%s with status 200 is no empty bucket', async (_, body) => {
    const { error, endpoint } = await loadFrom((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(body);
    });
    expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE', retryable: true });
    expect(String(error)).toContain(`${endpoint}/exports`);
    expect(String(error)).toContain('"s3.endpoint"');
    expect(asked).toHaveLength(1);
  });

  test('an empty list is an empty bucket', async () => {
    const { error } = await loadFrom((_request, response) =>
      listing(response, '<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>'),
    );
    expect(error).toBeUndefined();
  });

  test.each([
    ['the same token', ['t1', 't1'], 2],
    ['tokens in a circle', ['t1', 't2', 't1'], 3],
  ])('%s again ends the listing', async (_, tokens, requests) => {
    const { error, endpoint } = await loadFrom((_request, response) =>
      listing(
        response,
        `<IsTruncated>true</IsTruncated><NextContinuationToken>${tokens[(asked.length - 1) % tokens.length]}</NextContinuationToken>${FILE}`,
      ),
    );
    expect(error).toMatchObject({ code: 'SOURCE_REFUSED', retryable: false });
    expect(String(error)).toContain(endpoint);
    expect(String(error)).toContain('the same continuation token again');
    expect(asked).toHaveLength(requests);
  });

  test('a list that is cut and has no token is not complete', async () => {
    const { error } = await loadFrom((_request, response) =>
      listing(response, `<IsTruncated>true</IsTruncated><NextMarker>x</NextMarker>${FILE}`),
    );
    expect(error).toMatchObject({ code: 'SOURCE_REFUSED' });
    expect(String(error)).toContain('gave no token for the rest');
  });

  const object =
    (answer: (request: IncomingMessage, response: ServerResponse) => void): Answer =>
    (request, response, query) => {
      if (query.has('list-type')) listing(response, `<IsTruncated>false</IsTruncated>${FILE}`);
      else answer(request, response);
    };

  test('a page of HTML is no CSV file', async () => {
    const { error, endpoint } = await loadFrom(object((_request, response) => html(response)));
    expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE', retryable: true });
    expect(String(error)).toContain('2024/03/01/a.csv');
    expect(String(error)).toContain(endpoint);
  });

  test('another version of an object, from a store that knows no If-Match, is read with the next try', async () => {
    const { error } = await loadFrom(object((_request, response) => html(response, { etag: '"e2"' })));
    expect(error).toMatchObject({ code: 'EXTRACT_FAILED', retryable: true });
  });

  test('a version that a proxy marks as weak is the same', async () => {
    const { error } = await loadFrom(
      object((_request, response) => {
        response.writeHead(200, { etag: 'W/"e1"' });
        response.end('id\n1\n2\n3\n');
      }),
    );
    expect(error).toBeUndefined();
    expect(await space.query('SELECT count(*) AS n FROM events')).toEqual([{ n: 3 }]);
  });

  test('the whole object where its rest was asked for is not put behind its beginning', async () => {
    const body = jsonl({ id: 1 }).slice(0, 9);
    const { error } = await loadFrom(
      object((_request, response) => {
        response.writeHead(200, { etag: '"e1"', 'content-length': '9' });
        const objects = asked.filter((url) => !url.includes('list-type')).length;
        if (objects === 1) response.write(body.slice(0, 4), () => response.destroy());
        else response.end(body);
      }),
    );
    expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    expect(String(error)).toContain('is not that object');
  });
});
