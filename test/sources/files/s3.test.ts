import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type S3Emulator, startS3Emulator } from '../../../examples/files-emulator';
import { files } from '../../../src/sources/files';
import { jsonl, type Workspace, workspace, writeParquet } from './workspace';

let space: Workspace;
let bucket: S3Emulator;
beforeEach(() => {
  space = workspace();
});
afterEach(async () => {
  await bucket.close();
  await space.close();
});

const table = { name: 'events', glob: '{yyyy}/{MM}/{dd}/*.jsonl' };
const source = (more: object = {}, s3: object = {}) =>
  files({
    location: `s3://${bucket.bucket}/crm`,
    s3: { endpoint: bucket.url, ...bucket.keys, ...s3 },
    tables: [{ ...table, ...more }],
  });
const march = (day: number): string => `2024-03-${String(day).padStart(2, '0')}`;
const keyOf = (day: number, name: string): string => `crm/2024/03/${String(day).padStart(2, '0')}/${name}`;

describe('files of an S3-compatible bucket', () => {
  test('are listed page by page, only below the days of the interval, and loaded once in parallel chunks', async () => {
    bucket = await startS3Emulator({ pageKeys: 3 });
    for (let day = 1; day <= 6; day++)
      for (let part = 0; part < 7; part++)
        bucket.put(keyOf(day, `${part}.jsonl`), jsonl({ day, part }, { day, part: -part }));
    bucket.put('other/2024/03/01/x.jsonl', jsonl({ day: 0, part: 0 }));
    await Promise.all(
      [5, 1, 3].map((day) => space.loaded(source(), { interval: [march(day), march(day + 2)] })),
    );
    await space.loaded(source(), { interval: [march(3), march(5)] });
    expect(await space.query('SELECT day, count(*) AS n FROM events GROUP BY day ORDER BY day')).toEqual(
      [1, 2, 3, 4, 5, 6].map((day) => ({ day, n: 14 })),
    );
    const prefixes = bucket.requests
      .filter((request) => request.includes('list-type=2'))
      .map((request) => new URLSearchParams(request.split('?')[1]).get('prefix'));
    expect(new Set(prefixes)).toEqual(new Set([1, 2, 3, 4, 5, 6].map((day) => keyOf(day, ''))));
    expect(bucket.requests.some((request) => request.includes('continuation-token'))).toBe(true);
  });

  test('runs without an interval go on from the last modification time, each version of an object once', async () => {
    bucket = await startS3Emulator();
    const byTime = () =>
      source({ glob: '**/*.jsonl', incremental: 'modified', primaryKey: 'id', writeDisposition: 'merge' });
    bucket.put('crm/a.jsonl', jsonl({ id: 1, v: 1 }), '2024-03-01T00:00:00Z');
    bucket.put('crm/b.jsonl', jsonl({ id: 2, v: 1 }), '2024-03-01T00:00:05Z');
    expect(await space.loaded(byTime(), { incremental: true })).toEqual({ events: 2 });
    // in the second of the last one: another object, and another version of an object
    bucket.put('crm/c.jsonl', jsonl({ id: 3, v: 1 }), '2024-03-01T00:00:05Z');
    bucket.put('crm/b.jsonl', jsonl({ id: 2, v: 2 }), '2024-03-01T00:00:05Z');
    expect(await space.loaded(byTime(), { incremental: true })).toEqual({ events: 2 });
    expect(await space.loaded(byTime(), { incremental: true })).toEqual({ events: 0 });
    expect(await space.query('SELECT id, v FROM events ORDER BY id')).toEqual([
      { id: 1, v: 1 },
      { id: 2, v: 2 },
      { id: 3, v: 1 },
    ]);
  });

  test('keys may hold any letter', async () => {
    bucket = await startS3Emulator();
    const names = ['a b+c.jsonl', 'ü%20&<>"\'.jsonl', 'x=1,y(2)!*.jsonl', 'dots..and~.jsonl'];
    for (const [id, name] of names.entries()) bucket.put(keyOf(1, name), jsonl({ id }));
    await space.loaded(source({ fileColumns: true }), { incremental: true });
    const rows = await space.query('SELECT _file_name FROM events ORDER BY id');
    expect(rows.map((row) => row._file_name)).toEqual(names.map((name) => `2024/03/01/${name}`));
  });

  test('gzip, CSV and Parquet come from a bucket too', async () => {
    bucket = await startS3Emulator();
    await writeParquet(space.at('made.parquet'), 'SELECT range AS id FROM range(5000)');
    bucket.put(keyOf(1, 'a.jsonl.gz'), new Uint8Array(gzipSync(jsonl({ id: 1 }))));
    bucket.put(keyOf(1, 'b.csv'), 'id\n2\n');
    bucket.put(keyOf(1, 'c.parquet'), new Uint8Array(readFileSync(space.at('made.parquet'))));
    const all = source({ glob: '{yyyy}/{MM}/{dd}/*', columns: { id: { dataType: 'bigint' } } });
    expect(await space.loaded(all, { incremental: true })).toEqual({ events: 5002 });
  });

  test('a body that breaks off goes on where it was, and SlowDown is waited out', async () => {
    bucket = await startS3Emulator();
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id, filler: 'x'.repeat(300) }));
    bucket.put(keyOf(1, 'big.jsonl'), jsonl(...rows));
    bucket.cutBodies(2, 70_000);
    bucket.slowDown(1);
    await space.loaded(source(), { incremental: true });
    expect(await space.query('SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events')).toEqual([
      { n: 5000, ids: 5000 },
    ]);
  });

  test('small objects are fetched some at a time, and loaded in their order', async () => {
    bucket = await startS3Emulator();
    for (let part = 0; part < 16; part++) bucket.put(keyOf(1, `${10 + part}.jsonl`), jsonl({ part }));
    bucket.holdUntil(8);
    const pages: unknown[] = [];
    for await (const page of source().resources[0]!.pages()) {
      pages.push(...page);
      if (pages.length === 8) bucket.holdUntil(1);
    }
    expect(pages).toMatchObject(Array.from({ length: 16 }, (_, part) => ({ part })));
  });

  test('an object that is replaced between listing and reading is tried again later', async () => {
    bucket = await startS3Emulator();
    bucket.put(keyOf(1, 'a.jsonl'), jsonl({ id: 1 }));
    const big = (id: number): string => jsonl({ id, filler: 'x'.repeat(2 << 20) });
    bucket.put(keyOf(2, 'b.jsonl'), big(2));
    const onProgress = (): void => bucket.put(keyOf(2, 'b.jsonl'), big(3));
    const { error } = await space.load(source(), { incremental: true, onProgress });
    expect(error).toMatchObject({ code: 'EXTRACT_FAILED', retryable: true });
    expect(String(error)).toContain('2024/03/02/b.jsonl');
  });

  describe('says what is wrong', () => {
    const failure = async (s3: object, location?: string): Promise<{ code: string }> => {
      const made = source({}, s3);
      const other = files({
        location: location ?? '',
        s3: { endpoint: bucket.url, ...bucket.keys },
        tables: [table],
      });
      const { error } = await space.load(location === undefined ? made : other, { incremental: true });
      return error as { code: string };
    };

    test('with a wrong secret: names the setting, never the value', async () => {
      bucket = await startS3Emulator();
      const error = await failure({ secretAccessKey: 'a-wrong-secret-key' });
      expect(error).toMatchObject({ code: 'SOURCE_UNAUTHORIZED', retryable: false });
      expect(String(error)).toContain('"s3.secretAccessKey"');
      expect(JSON.stringify([error, String(error)])).not.toContain('a-wrong-secret-key');
    });

    test.each([
      'https://me:hidden-word@minio:9000',
      'https://:hidden-word@minio:9000',
      'minioadmin:hidden-word@minio:9000',
      'https://admin:hidden word@minio:9000',
    ])('with credentials in the endpoint, %s: never shows it', async (endpoint) => {
      bucket = await startS3Emulator();
      const error = await failure({ endpoint });
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', retryable: false });
      expect(String(error)).toContain('"s3.endpoint" is not valid');
      expect(JSON.stringify([error, String(error), inspect(error)])).not.toMatch(/hidden.word/);
    });

    test('with an endpoint that has no scheme', async () => {
      bucket = await startS3Emulator();
      expect(String(await failure({ endpoint: 'minio:9000' }))).toContain('"minio:9000" as "s3.endpoint"');
    });

    test.each(['https://me:hidden-word@minio:9000/exports', 's3://AKIAME:hidden-word@exports/crm'])(
      'with credentials in the location, %s: never shows it',
      async (location) => {
        bucket = await startS3Emulator();
        const error = await failure({}, location);
        expect(error).toMatchObject({ code: 'CONFIG_INVALID', retryable: false });
        expect(String(error)).toContain('"s3.secretAccessKey"');
        expect(JSON.stringify([error, String(error), inspect(error)])).not.toContain('hidden-word');
      },
    );

    test('with a wrong key id', async () => {
      bucket = await startS3Emulator();
      expect(await failure({ accessKeyId: 'AKIANOBODY' })).toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
    });

    test('with a key id and no secret', async () => {
      bucket = await startS3Emulator();
      expect(await failure({ secretAccessKey: undefined })).toMatchObject({ code: 'CONFIG_INVALID' });
    });

    test('with another region', async () => {
      bucket = await startS3Emulator();
      const error = await failure({ region: 'us-west-2' });
      expect(error).toMatchObject({ code: 'SOURCE_REFUSED' });
      expect(String(error)).toContain('"s3.region"');
    });

    test('with a bucket that is not there', async () => {
      bucket = await startS3Emulator();
      expect(await failure({}, 's3://nowhere')).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    });

    test('with nobody at the endpoint: may be tried again', async () => {
      bucket = await startS3Emulator();
      const gone = await startS3Emulator();
      await gone.close();
      expect(await failure({ endpoint: gone.url })).toMatchObject({
        code: 'SOURCE_UNREACHABLE',
        retryable: true,
      });
    });
  });
});
