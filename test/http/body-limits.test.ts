import { constants } from 'node:buffer';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { parseJsonExactly } from '../../src/http';
import { bodyLimit } from '../../src/http/unpack';
import { restSource } from '../../src/sources/rest';
import { makeTarget } from '../sources/target';
import { makeClient, type Thrown, thrown } from './make-client';
import { type Answer, json, script } from './scripted-server';

const LIMIT = 100_000;
const body = (size: number): string => `[${' '.repeat(size - 3)}1]`;
const packed =
  (encoding: string, bytes: Buffer): Answer =>
  (_, response) =>
    void response.writeHead(200, { 'content-encoding': encoding }).end(bytes);
const packers = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync, br: brotliCompressSync };

describe('a body', () => {
  test.each(Object.entries(packers))(
    'packed with %s is taken up to the limit, by its size unpacked',
    async (encoding, pack) => {
      const { url, asked } = await script(
        packed(encoding, pack(body(LIMIT))),
        packed(encoding, pack(body(20_000_000))),
      );
      const { http } = makeClient({ baseUrl: url, maxBodySize: LIMIT });
      expect(await http.get('/a')).toEqual([1]);
      const error = await thrown(http.get('/a'));
      expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
      expect(error.message).toMatch(
        /^GET http.* is answered with more than 100,000 bytes, unpacked, .* "http.maxBodySize" allows/,
      );
      expect(asked).toHaveLength(2);
    },
  );

  test('that is not packed is taken up to the limit, and not read any further', async () => {
    let ended = false;
    const endless: Answer = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', more).on('close', () => {
        ended = true;
      });
      more();
    };
    const { url, asked } = await script(json(body(LIMIT)), endless);
    const { http } = makeClient({ baseUrl: url, maxBodySize: LIMIT });
    expect(await http.get('/a')).toEqual([1]);
    expect(await thrown(http.get('/a'))).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
    while (!ended) await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(2);
  });

  test('has a limit in any case, one that a text can have', () => {
    expect(bodyLimit()).toBe(256 * 1024 * 1024);
    expect(bodyLimit(Number.POSITIVE_INFINITY)).toBe(constants.MAX_STRING_LENGTH);
    expect(() => makeClient({ maxBodySize: -1 })).toThrow(/"http.maxBodySize" is "-1"/);
  });
});

describe('JSON that can not be worked with', () => {
  const deep = (depth: number, inner = '1'): string => '['.repeat(depth) + inner + ']'.repeat(depth);
  const deepObjects = (depth: number): string => `${'{"a":'.repeat(depth)}null${'}'.repeat(depth)}`;

  test.each<[string, string, RegExp]>([
    ['lists', `{"items":[{"id":1,"x":${deep(10_000)}}]}`, /at \$\.items\[0\]\.x\[0\]\[0\]\[0\]\[0\]\[0\]…/],
    ['objects', `[0,{"id":"]]","b":${deepObjects(10_000)}}]`, /at \$\[1\]\.b\.a\.a\.a\.a\.a\.a…/],
    ['lists with a long integer', `[${deep(10_000, '12345678901234567890')}]`, /levels deep, at \$\[0\]/],
    [
      'lists with spaces between',
      `[2,${'[\n'.repeat(10_000)}1${'\n]'.repeat(10_000)}]`,
      /at \$\[1\]\[0\]\[0\]/,
    ],
    ['lists that are not ended', '['.repeat(100_000), /not JSON/],
  ])('is refused with its place and not asked for again: %s', async (_, text, message) => {
    const { url, asked } = await script(json(text));
    const error = await thrown(makeClient({ baseUrl: url }).http.get('/a'));
    expect(error.message).toMatch(message);
    expect(error.code).toBe(message.source.includes('JSON') ? 'HTTP_NOT_JSON' : 'HTTP_UNEXPECTED_BODY');
    expect(error.message.length).toBeLessThan(700);
    expect(asked).toHaveLength(1);
  });

  test('fails a load at once', async () => {
    const { url, asked } = await script(json(`[{"id":1,"x":${deep(10_000)}}]`));
    const made = makeTarget('deep');
    try {
      const source = restSource({ name: 'deep', baseUrl: url, resources: [{ name: 'things' }] })();
      const error = (await made.load(source)).error as Thrown;
      expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
      expect(error.message).toMatch(
        /^Resource "things": GET .*nested more than 5000 levels deep, at \$\[0\]\.x/,
      );
      expect(asked).toHaveLength(1);
    } finally {
      await made.close();
    }
  });

  test('is refused where an integer has more digits than can be read in time', async () => {
    const { url } = await script(json(`{"rows":[{"n":7},{"n":-${'9'.repeat(4_000_000)}}]}`));
    const error = await thrown(makeClient({ baseUrl: url }).http.get('/a'));
    expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
    expect(error.message).toMatch(
      /has a number of 400000[01] digits at \$\.rows\[1\]\.n, of which at most 10000/,
    );
  });

  test('is none where it is less deep or less long', () => {
    expect(JSON.stringify(parseJsonExactly(deep(3000)))).toBe(deep(3000));
    expect(parseJsonExactly('1'.repeat(9999))).toBe(BigInt('1'.repeat(9999)));
    const spaces = `[${' '.repeat(100_000)}1]`;
    expect(parseJsonExactly(spaces)).toEqual([1]);
  });
});
