import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import {
  defineSource,
  duckdb,
  incremental,
  isTidemarkError,
  LoadFailedError,
  secret,
  transformer,
} from '../../src';
import { day, days, freshPlace, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

const things = resource({ name: 'things', extract: () => [[{ id: 1 }, { id: 2 }]] });

const failureOf = (run: Promise<unknown>): Promise<LoadFailedError> =>
  run.then(
    () => Promise.reject(new Error('the run should have failed')),
    (error: unknown) => (error instanceof LoadFailedError ? error : Promise.reject(error as Error)),
  );

describe('a destination path that is no DuckDB file', () => {
  for (const [what, text] of [
    ['a text', 'id,name\n1,not a database\n'],
    ['a file that is too short', 'x'],
  ] as const)
    test(`${what} is left as it was, and nothing is extracted`, async () => {
      const place = freshPlace(folder);
      writeFileSync(place.file, text);
      let extracted = false;
      const watched = resource({
        name: 'watched',
        extract: () => {
          extracted = true;
          return [[{ id: 1 }]];
        },
      });
      const p = place.pipeline();
      for (const work of [() => p.run(watched), () => p.dataset().tables()])
        await expect(work()).rejects.toMatchObject({
          code: 'DESTINATION_NOT_A_DATABASE',
          message: expect.stringContaining(`"${place.file}" is not a DuckDB database, and was left as it is`),
        });
      expect(extracted).toBe(false);
      expect(readFileSync(place.file, 'utf8')).toBe(text);
      expect(readdirSync(folder).filter((name) => name.startsWith(path.basename(place.file)))).toEqual([
        path.basename(place.file),
      ]);
    });

  test('a folder is refused too', async () => {
    const p = freshPlace(folder).pipeline({ destination: duckdb({ path: folder }) });
    await expect(p.run(things)).rejects.toMatchObject({ code: 'DESTINATION_NOT_A_DATABASE' });
  });
});

describe('what is missing before anything begins', () => {
  const guarded = defineSource({
    name: 'guarded',
    config: z.object({ apiKey: secret(z.string()) }),
    resources: () => [resource({ name: 'guarded_things', extract: () => [[{ id: 1 }]] })],
  });

  test('a secret: every place looked at is named, nothing is written and no file is made', async () => {
    const place = freshPlace(folder);
    const run = place.pipeline().run(guarded());
    await expect(run).rejects.toMatchObject({
      code: 'SECRET_MISSING',
      message: expect.stringContaining('SOURCES__GUARDED__API_KEY'),
    });
    expect(existsSync(place.file)).toBe(false);
  });

  test('a secret of the second source: the first one isn’t loaded either', async () => {
    const place = freshPlace(folder);
    let extracted = false;
    const first = resource({
      name: 'first',
      extract: () => {
        extracted = true;
        return [[{ id: 1 }]];
      },
    });
    await expect(place.pipeline().run([sourceOf('open', [first]), guarded()])).rejects.toMatchObject({
      code: 'SECRET_MISSING',
    });
    expect(extracted).toBe(false);
    expect(existsSync(place.file)).toBe(false);
  });

  test('a resource: those that there are are named', () => {
    const source = sourceOf('shop', [things]);
    const wrong = (): unknown => source.withResources('thing' as 'things');
    expect(wrong).toThrow('The source "shop" has no resource "thing"; it has "things".');
    expect(wrong).toThrow(expect.objectContaining({ code: 'RESOURCE_UNKNOWN' }));
  });
});

describe('an extraction that fails', () => {
  test('after some pages: nothing of its component is written, the others are, and each failure is named', async () => {
    const place = freshPlace(folder);
    const pages = resource({
      name: 'pages',
      incremental: { id: incremental({ cursor: 'id', initialValue: 0 }) },
      async *extract({ state }) {
        state['seen'] = true;
        yield [{ id: 1 }, { id: 2 }];
        yield [{ id: 3 }];
        throw new TypeError('page 3 is broken');
      },
    });
    const hanging = transformer({
      name: 'details',
      from: pages,
      extract: ({ items }) => [items.map(({ id }) => ({ id, detail: 'x' }))],
    });
    const error = await failureOf(place.pipeline().run(sourceOf('shop', [pages, hanging, things])));
    expect(error.code).toBe('LOAD_FAILED');
    expect(error.failures).toEqual([
      {
        resource: 'pages',
        code: 'EXTRACT_FAILED',
        message: 'Resource "pages": page 3 is broken',
        retryable: true,
      },
      {
        resource: 'details',
        code: 'EXTRACT_FAILED',
        message: 'Resource "pages": page 3 is broken',
        retryable: true,
      },
    ]);
    expect(error.info.resources.map(({ resource, status, rows }) => [resource, status, rows])).toEqual([
      ['pages', 'failed', 0],
      ['details', 'failed', 0],
      ['things', 'loaded', 2],
    ]);
    expect(
      await place.values(
        `SELECT table_name FROM information_schema.tables WHERE table_schema = 'data' AND NOT starts_with(table_name, '_') ORDER BY 1`,
      ),
    ).toEqual(['things']);
    expect(
      await place.read(
        'SELECT resource, status, error_code, error, rows::INT AS rows FROM data._tidemark_intervals ORDER BY resource',
      ),
    ).toEqual([
      {
        resource: 'details',
        status: 'failed',
        error_code: 'EXTRACT_FAILED',
        error: 'Resource "pages": page 3 is broken',
        rows: 0,
      },
      {
        resource: 'pages',
        status: 'failed',
        error_code: 'EXTRACT_FAILED',
        error: 'Resource "pages": page 3 is broken',
        rows: 0,
      },
      { resource: 'things', status: 'loaded', error_code: null, error: null, rows: 2 },
    ]);
    expect(await place.values('SELECT count(*) FROM data._dlt_loads')).toEqual([1]);
  });

  test('of an interval leaves a gap that says why, and a rerun closes it', async () => {
    const place = freshPlace(folder);
    await using p = place.pipeline();
    const events = (fails: boolean) =>
      resource({
        name: 'events',
        columns: { at: { dataType: 'text' } },
        incremental: { at: incremental({ cursor: 'at', type: 'iso', allowExternalSchedulers: true }) },
        async *extract() {
          yield [{ at: day(1, 5) }, { at: day(2, 5) }];
          if (fails) throw new Error('the source went away');
        },
      });
    await p.run(events(false), { interval: days(1, 2) });
    await failureOf(p.run(events(true), { interval: days(2, 3) }));
    const dataset = await p.openDataset();
    const wanted = { source: 'shop', resource: 'events', start: day(1), end: day(3) };
    expect(await dataset.coverage(wanted)).toMatchObject({
      covered: [days(1, 2)],
      gaps: [{ ...days(2, 3), cause: 'failed', row: { error: expect.stringContaining('went away') } }],
    });
    await p.run(events(false), { interval: days(2, 3) });
    expect(await dataset.coverage(wanted)).toMatchObject({ covered: [days(1, 3)], gaps: [] });
    await dataset.close();
  });

  test('never tells a secret, whatever its message holds', async () => {
    const place = freshPlace(folder);
    const leaky = defineSource({
      name: 'leaky',
      config: z.object({ token: secret(z.string()) }),
      resources: ({ token }) => [
        resource({
          name: 'leaks',
          extract: () => {
            throw new Error(`GET /things?token=${token.reveal()} failed`);
          },
        }),
      ],
    });
    const error = await failureOf(place.pipeline().run(leaky({ token: 's3cr3t-of-the-shop' })));
    const stored = await place.values('SELECT error FROM data._tidemark_intervals');
    for (const text of [error.message, JSON.stringify(error.info), String(error.info), String(stored)]) {
      expect(text).toContain('token=');
      expect(text).not.toContain('s3cr3t-of-the-shop');
    }
  });

  test('whose page has no such field: the resource and what to look at are named', async () => {
    const place = freshPlace(folder);
    const answer: { tickets?: unknown[] } = {};
    const tickets = resource({
      name: 'tickets',
      async *extract() {
        yield answer.tickets;
      },
    });
    const { failures } = await failureOf(place.pipeline().run(tickets));
    expect(failures).toEqual([
      {
        resource: 'tickets',
        code: 'HTTP_UNEXPECTED_BODY',
        message: expect.stringMatching(/resource "tickets" yielded "undefined".*not in the answer/),
        retryable: false,
      },
    ]);
  });

  test('whose rows lack the cursor: nothing of the page is written', async () => {
    const place = freshPlace(folder);
    const rows = resource({
      name: 'rows',
      incremental: { updated: incremental({ cursor: 'updated', initialValue: 0 }) },
      extract: () => [[{ id: 1, updated: 1 }, { id: 2 }]],
    });
    const { failures } = await failureOf(place.pipeline().run(rows));
    expect(failures).toMatchObject([{ resource: 'rows', code: 'CURSOR_PATH_MISSING', retryable: false }]);
    expect(await place.values('SELECT status FROM data._tidemark_intervals')).toEqual(['failed']);
  });

  test('is known by its code across two copies of the package', async () => {
    const place = freshPlace(folder);
    const broken = resource({
      name: 'broken',
      extract: () => {
        throw new Error('no');
      },
    });
    const error = await failureOf(place.pipeline().run(broken));
    expect(isTidemarkError(error, 'LOAD_FAILED')).toBe(true);
    expect(isTidemarkError(error.cause, 'EXTRACT_FAILED')).toBe(true);
  });
});

test('a generator that another load makes necessary to be read again is refused, and nothing is lost unseen', async () => {
  const place = freshPlace(folder);
  await using p = place.pipeline();
  await p.run([{ id: 0 }], { tableName: 'items' });
  async function* items() {
    yield { id: 1 };
    const dataset = await p.openDataset();
    await dataset.editState({ source: 'shop', resources: ['items'], clock: Date.now });
    yield { id: 2 };
  }
  const { failures } = await failureOf(p.run(items(), { tableName: 'items' }));
  expect(failures).toMatchObject([{ code: 'EXTRACT_FAILED', message: expect.stringContaining('read once') }]);
  await p.run([{ id: 1 }, { id: 2 }], { tableName: 'items' });
  await p.close();
  expect(await place.values('SELECT id FROM data.items ORDER BY id')).toEqual([0, 1, 2]);
});
