import { getEventListeners, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { type S3Emulator, type S3EmulatorOptions, startS3Emulator } from '../../examples/files-emulator';
import { duckdb, isTidemarkError, pipeline, resource, type S3CheckpointOptions } from '../../src';
import { Secret } from '../../src/config';
import { bucketObjects } from '../../src/pipeline/checkpoint/bucket-objects';
import { loadResources } from '../../src/pipeline/load-resources';
import { checkCheckpoints } from '../../src/run';
import { connectToS3 } from '../../src/s3-client';
import { silent } from '../silent-log';
import { freshPlace, temporaryFolder } from './harness';
import { sourceOf } from './sources';

const folder = temporaryFolder();
const emulators: S3Emulator[] = [];
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (name.includes('CHECKPOINTS__S3')) delete process.env[name];
  await Promise.all(emulators.splice(0).map((one) => one.close()));
});
async function started(options: S3EmulatorOptions = {}): Promise<S3Emulator> {
  const emulator = await startS3Emulator({ bucket: 'kept', ...options });
  emulators.push(emulator);
  return emulator;
}

const optionsOf = ({ url, bucket, keys }: S3Emulator): S3CheckpointOptions => ({
  endpoint: url,
  bucket,
  ...keys,
});
/** What a place says of itself when it is tried. */
async function checked(s3: S3CheckpointOptions, name = 'shop'): Promise<unknown> {
  const made = pipeline({ name, destination: duckdb(), checkpoints: { s3 } });
  return made.checkpoints!.check().then(
    () => 'good',
    (error: unknown) => error,
  );
}
const said = (error: unknown) => {
  if (!isTidemarkError(error)) throw error;
  return { code: error.code, message: error.message };
};

describe('a bucket for checkpoints, tried before any load', () => {
  test('is good where it does what is needed, and is left as it was', async () => {
    const emulator = await started();
    emulator.put('other', 'x');
    expect(await checked(optionsOf(emulator))).toBe('good');
    expect(emulator.stored()).toEqual(['other']);
    expect(emulator.requests.filter((one) => !one.includes('/kept/tidemark/checkpoints/check-'))).toEqual([
      expect.stringContaining('prefix=tidemark%2Fcheckpoints%2Fcheck-'),
    ]);
  });

  test('is tried again where it is busy', async () => {
    const emulator = await started();
    emulator.slowDown(2);
    expect(await checked(optionsOf(emulator))).toBe('good');
  });

  test.each([
    ['is not there', { bucket: 'nowhere' }, /no bucket "nowhere".*"checkpoints\.s3\.bucket"/],
    ['has another key', { accessKeyId: 'AKIANOBODY' }, /InvalidAccessKeyId.*"checkpoints\.s3\.accessKeyId"/],
    ['has another secret', { secretAccessKey: 'a-wrong-secret-key' }, /"checkpoints\.s3\.secretAccessKey"/],
    ['is in another region', { region: 'us-west-2' }, /"checkpoints\.s3\.region"/],
  ])('that %s is an invalid config', async (_, wrong, message) => {
    const error = await checked({ ...optionsOf(await started()), ...wrong });
    expect(said(error)).toEqual({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
    expect(JSON.stringify([error, String(error)])).not.toContain('a-wrong-secret-key');
  });

  test.each(['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'] as const)(
    'that denies %s is an invalid config, and the message has all rights that are needed',
    async (right) => {
      const emulator = await started();
      emulator.deny(right);
      expect(said(await checked(optionsOf(emulator)))).toEqual({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(
          /AccessDenied.*s3:ListBucket, s3:GetObject, s3:PutObject and s3:Delete/,
        ),
      });
      expect(emulator.stored()).toHaveLength(right === 's3:DeleteObject' ? 1 : 0);
    },
  );

  test('of a store without conditional writes is refused', async () => {
    const emulator = await started({ conditions: false });
    expect(said(await checked(optionsOf(emulator)))).toEqual({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/"kept" can't keep checkpoints.*If-None-Match.*"checkpoints\.path"/),
    });
    expect(emulator.stored()).toEqual([]);
  });

  test('that nobody answers for may be reached later', async () => {
    const emulator = await started();
    const options = optionsOf(emulator);
    await emulators.pop()!.close();
    const error = await checked(options);
    expect(said(error)).toEqual({
      code: 'HTTP_NETWORK',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(error).toMatchObject({ retryable: true });
  });
});

describe('the buckets of many pipelines, tried when a worker starts', () => {
  const trying = (many: readonly S3CheckpointOptions[]) =>
    checkCheckpoints({
      pipelines: many.map((s3, index) => ({
        pipeline: pipeline({ name: `shop_${index}`, destination: duckdb(), checkpoints: { s3 } }),
      })),
    });
  /** What keys begin with, of what was asked so far. */
  const prefixesOf = (requests: readonly string[]): ReadonlySet<string> =>
    new Set(requests.flatMap((one) => /kept\/(shop\d+)\/check-/.exec(one)?.[1] ?? []));

  test('are tried once where they are one', async () => {
    const emulator = await started();
    await checked(optionsOf(emulator));
    const ofOne = emulator.requests.length;
    await trying(Array.from({ length: 30 }, () => optionsOf(emulator)));
    expect(emulator.requests).toHaveLength(2 * ofOne);
  });

  test('are tried a few at a time, with one client', async () => {
    const emulator = await started();
    await trying(Array.from({ length: 30 }, (_, i) => ({ ...optionsOf(emulator), prefix: `shop${i}` })));
    expect(prefixesOf(emulator.requests).size).toBe(30);
    const first = emulator.requests.findIndex((one) => one.startsWith('DELETE'));
    expect(prefixesOf(emulator.requests.slice(0, first)).size).toBeLessThanOrEqual(8);
    expect(emulator.connections()).toBeLessThan(30);
  });

  test('are each tried where they differ in how they are reached', async () => {
    const emulator = await started();
    const options = optionsOf(emulator);
    const trial = trying([options, options, { ...options, secretAccessKey: 'a-wrong-secret-key' }]);
    await expect(trial).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('SignatureDoesNotMatch'),
    });
  });
});

describe('where a bucket is looked up', () => {
  const setAll = ({ url, keys }: S3Emulator, before = '') => {
    process.env[`${before}CHECKPOINTS__S3__ENDPOINT`] = url;
    process.env[`${before}CHECKPOINTS__S3__REGION`] = keys.region;
    process.env[`${before}CHECKPOINTS__S3__ACCESS_KEY_ID`] = keys.accessKeyId;
    process.env[`${before}CHECKPOINTS__S3__SECRET_ACCESS_KEY`] = keys.secretAccessKey;
    process.env[`${before}CHECKPOINTS__S3__PATH_STYLE`] = 'true';
  };

  test('the environment has what code does not', async () => {
    const emulator = await started();
    setAll(emulator);
    process.env['CHECKPOINTS__S3__PREFIX'] = '/mine/';
    expect(await checked({ bucket: 'kept' })).toBe('good');
    expect(emulator.requests[0]).toContain('PUT /kept/mine/check-');
  });

  test("the pipeline's own comes first", async () => {
    const [all, own] = [await started(), await started({ bucket: 'own' })];
    setAll(all);
    process.env['CHECKPOINTS__S3__BUCKET'] = 'kept';
    setAll(own, 'SHOP__');
    process.env['SHOP__CHECKPOINTS__S3__BUCKET'] = 'own';
    expect([await checked({}), await checked({}, 'another')]).toEqual(['good', 'good']);
    expect(own.requests[0]).toContain('/own/');
    expect(all.requests[0]).toContain('/kept/');
  });

  test('what is nowhere is told with every place', async () => {
    expect(said(await checked({}))).toEqual({
      code: 'CONFIG_MISSING',
      message: expect.stringMatching(
        /"checkpoints\.s3\.bucket".*environment variable SHOP__CHECKPOINTS__S3__BUCKET.*\[checkpoints\.s3\] bucket/s,
      ),
    });
  });

  test.each<[S3CheckpointOptions, RegExp]>([
    [{ bucket: 's3://kept/here' }, /"s3:\/\/kept\/here" is not a valid "checkpoints\.s3\.bucket".*"prefix"/],
    [{ bucket: 'kept', endpoint: 'minio:9000' }, /"minio:9000" as "checkpoints\.s3\.endpoint" is not valid/],
    [{ bucket: 'kept', accessKeyId: 'A' }, /"checkpoints\.s3\.secretAccessKey" one is set/],
  ])('%j is refused', async (s3, message) => {
    expect(said(await checked(s3))).toEqual({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['endpoint', 'https://me:hidden-word@minio:9000'],
    ['endpoint', 'https://:hidden-word@minio:9000'],
    ['endpoint', 'https://hidden-word@minio:9000'],
    ['endpoint', 'minioadmin:hidden-word@minio:9000'],
    ['endpoint', 'https://admin:hidden word@minio:9000'],
    ['endpoint', 'https://admin:p@ss/hidden-word@minio:9000'],
    ['bucket', 'https://me:hidden-word@minio:9000/kept'],
    ['bucket', 'hidden-word@kept'],
  ])('credentials in the %s, %s, are refused, and not shown', async (name, value) => {
    const error = await checked({ bucket: 'kept', [name]: value });
    expect(said(error)).toEqual({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`"checkpoints.s3.${name}"`),
    });
    expect(JSON.stringify([error, String(error), inspect(error)])).not.toMatch(/hidden.word|p@ss/);
  });

  test.each([
    [{ s3: { buket: 'kept' } }, /"checkpoints\.s3\.buket" is not an option.*bucket/],
    [{ s3: {}, path: '/mnt' }, /both "path" and "s3"/],
    [{}, /neither "path" nor "s3"/],
  ])('%j is refused when the pipeline is made', (checkpoints, message) => {
    const make = () => pipeline({ name: 'shop', destination: duckdb(), checkpoints: checkpoints as never });
    expect(make).toThrow(message);
  });
});

describe('an object of a bucket', () => {
  const objectsOf = ({ endpoint, region, accessKeyId, ...given }: S3CheckpointOptions) =>
    bucketObjects(
      () =>
        connectToS3(
          { endpoint, region, accessKeyId, secretAccessKey: new Secret(String(given.secretAccessKey)) },
          { tries: 2 },
        ),
      { bucket: given.bucket! },
    );

  test('is asked for again where its body breaks off', async () => {
    const emulator = await started();
    emulator.put('page', 'a long page');
    emulator.cutBodies(3, 4);
    const found = await objectsOf(optionsOf(emulator)).get('page');
    expect(new TextDecoder().decode(found!.body)).toBe('a long page');
    expect(emulator.requests).toHaveLength(4);
  });

  test('whose body always breaks off is given up', async () => {
    const emulator = await started();
    emulator.put('page', 'a long page');
    emulator.cutBodies(100, 4);
    const getting = objectsOf(optionsOf(emulator)).get('page');
    await expect(getting).rejects.toMatchObject({ code: 'HTTP_NETWORK' });
    expect(emulator.requests).toHaveLength(4);
  });

  test('that is never answered is asked for as often as the client tries, and no more', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const getting = objectsOf({
        bucket: 'kept',
        endpoint,
        accessKeyId: 'A',
        secretAccessKey: 'unused-word',
      });
      await expect(getting.get('page')).rejects.toMatchObject({ code: 'HTTP_NETWORK' });
      expect(connections).toBe(2);
    } finally {
      server.close();
    }
  });
});

describe('a load whose bucket fails', () => {
  /** Three pages, with a checkpoint after each; `at` is called before each. */
  async function load(emulator: S3Emulator, at: (number: number) => void) {
    const logged: unknown[] = [];
    const asked: number[] = [];
    const note = (...line: unknown[]) => void logged.push(line);
    const orders = resource({
      name: 'orders',
      primaryKey: 'id',
      resumable: { everyPages: 1 },
      async *extract({ resumeFrom, checkpoint }) {
        for (let number = Number(resumeFrom ?? 0); number < 3; number++) {
          asked.push(number);
          at(number);
          yield [{ id: number }];
          await checkpoint(String(number + 1));
        }
      },
    });
    const place = freshPlace(folder);
    const { signal } = new AbortController();
    await using p = place.pipeline({ checkpoints: { s3: optionsOf(emulator) } });
    const once = async () => {
      const { info, causes } = await loadResources(p, {
        source: sourceOf('shop', [orders]),
        loadKey: 'k',
        signal,
        log: { ...silent, info: note, warn: note },
      });
      return { report: info.resources[0], causes };
    };
    const listeners = () => getEventListeners(signal, 'abort').length;
    return { once, logged, asked, place, listeners };
  }

  test('loads everything all the same, and says so without its secret', async () => {
    const emulator = await started();
    const { once, logged, place } = await load(emulator, (number) => {
      if (number === 1) emulator.deny('s3:PutObject');
    });
    expect((await once()).report).toMatchObject({ status: 'loaded', rows: 3 });
    expect(logged).toEqual([
      [
        expect.stringContaining('no more checkpoints are written'),
        { resource: 'orders', error: expect.stringContaining('AccessDenied') },
      ],
    ]);
    expect(JSON.stringify(logged)).not.toContain(emulator.keys.secretAccessKey);
    expect(emulator.stored()).toEqual([]);
    expect(await place.values('select id from data.orders order by id')).toEqual([0, 1, 2]);
  });

  test('starts from the beginning where its checkpoint cannot be read, and leaves that to another attempt', async () => {
    const emulator = await started();
    let broken = true;
    const { once, logged, asked } = await load(emulator, (number) => {
      if (number === 2 && broken) throw new Error('the source is gone');
    });
    expect((await once()).report).toMatchObject({ status: 'failed' });
    const kept = emulator.stored();
    expect(kept).toHaveLength(3);
    broken = false;
    emulator.deny('s3:GetObject');
    expect((await once()).report).toMatchObject({ status: 'loaded', rows: 3 });
    expect(asked).toEqual([0, 1, 2, 0, 1, 2]);
    expect(logged).toEqual([
      [expect.stringContaining('no checkpoints can be written'), expect.objectContaining({})],
    ]);
    expect(emulator.stored()).toEqual(kept);
  });

  test('tells where a checkpoint is left behind', async () => {
    const emulator = await started();
    const { once, logged } = await load(emulator, () => undefined);
    emulator.deny('s3:DeleteObject');
    expect((await once()).report).toMatchObject({ status: 'loaded' });
    expect(logged).toEqual([
      [expect.stringContaining('could not be removed'), expect.objectContaining({ resource: 'orders' })],
    ]);
  });

  test.each([
    ['that is committed, and asked for again', () => undefined],
    [
      'that fails, and whose checkpoint cannot be opened then',
      (emulator: S3Emulator) => {
        emulator.deny('s3:GetObject');
        throw new Error('the source is gone');
      },
    ],
  ])('leaves nothing that waits for its cancellation: one %s', async (_, atSecondPage) => {
    const emulator = await started();
    const during: number[] = [];
    const { once, listeners } = await load(emulator, (number) => {
      during.push(listeners());
      if (during.length === 2 && number === 1) atSecondPage(emulator);
    });
    const before = listeners();
    await once();
    expect(Math.min(...during)).toBeGreaterThan(before);
    expect(listeners()).toBe(before);
    expect((await once()).report?.status).not.toBe('failed');
    expect(listeners()).toBe(before);
  });
});
