import { incremental, LoadFailedError, transformer } from '../../src';
import { makeLoadInfo } from '../../src/pipeline/load-info';
import type { ResourceReport } from '../../src/pipeline/types';
import { freshPlace, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

const report = (given: Partial<ResourceReport>): ResourceReport => ({
  resource: 'tickets',
  status: 'loaded',
  rows: 0,
  tables: {},
  extracted: {},
  counts: {},
  discarded: {},
  bytes: 0,
  pages: 1,
  seconds: 0.123,
  schemaChanges: [],
  loadId: undefined,
  cursors: [],
  warnings: [],
  ...given,
});

const infoOf = (resources: readonly ResourceReport[], interval?: { start: string; end: string }) =>
  makeLoadInfo({
    pipeline: 'zendesk',
    dataset: 'zendesk_data',
    destination: 'duckdb',
    location: '/data/zendesk.duckdb',
    interval,
    resources,
    startedAt: '2024-01-02T00:00:00.000Z',
    finishedAt: '2024-01-02T00:00:02.310Z',
  });

const counts = { inserted: 0, updated: 0, deleted: 0, skipped: 0, stale: 0 };

describe('a printed load info', () => {
  test('has a line a resource and table, set under each other, then schema and warnings', () => {
    const info = infoOf(
      [
        report({
          resource: 'ticket_events',
          rows: 1234,
          tables: { ticket_events: 1234, ticket_events__child_events: 3000 },
          bytes: 1_234_567,
          seconds: 12.34,
          loadId: '1700000000.123456',
          schemaChanges: [
            'new table ticket_events',
            'new column ticket_events.id (bigint)',
            'new column ticket_events.score (bigint)',
            'column ticket_events.score widened from bigint to double',
            'new column ticket_events.score__v_text (text), for values that score cannot hold',
            'new table ticket_events__child_events',
            'new column tickets.total (double)',
          ],
          counts: { ticket_events: { ...counts, inserted: 1234, skipped: 12, stale: 3 } },
          fates: { updated: 0, skipped: 12, stale: 3, deleted: 0 },
        }),
        report({ resource: 'tickets', seconds: 0.2, warnings: ['the cursor is missing in 2 rows'] }),
        report({ resource: 'users', status: 'skipped', rows: 5, loadId: '1699999999.5', seconds: 0 }),
        report({
          resource: 'groups',
          status: 'failed',
          seconds: 1,
          error: {
            resource: 'groups',
            code: 'HTTP_STATUS',
            message: 'The server said 500.',
            retryable: true,
          },
        }),
      ],
      { start: '2024-01-01T00:00:00Z', end: '2024-01-01T06:30:00Z' },
    );
    expect(`\n${info}\n`).toBe(
      `
Pipeline zendesk loaded 1,234 rows into dataset zendesk_data in 2.31 s; 1 resource failed
duckdb /data/zendesk.duckdb
data interval [2024-01-01, 2024-01-01T06:30:00Z)

  ticket_events                  1,234 rows  1.2 MB  12.3 s  load 1700000000.123456; 12 there already, 3 older than what is stored
    ticket_events__child_events  3,000 rows
  tickets                            0 rows          0.20 s  nothing new
  users                              5 rows                  loaded before, load 1699999999.5; nothing was written again
  groups                             failed          1.00 s  HTTP_STATUS: The server said 500.

Schema
  new table ticket_events (2 columns)
  new table ticket_events__child_events (0 columns)
  new column ticket_events.score__v_text (text), for values that score cannot hold
  new column tickets.total (double)

Warnings
  tickets: the cursor is missing in 2 rows
`,
    );
  });

  test('counts what it doesn’t list', () => {
    const schemaChanges = Array.from({ length: 20 }, (_, at) => `new column tickets.c${at} (text)`);
    const lines = String(infoOf([report({ rows: 1, schemaChanges })])).split('\n');
    expect(lines.slice(-2)).toEqual(['  new column tickets.c11 (text)', '  and 8 more']);
  });

  test('has everything in its JSON, which can’t be changed', () => {
    const info = infoOf([report({ rows: 1, loadId: '1.5' }), report({ loadId: '1.5' })]);
    expect(JSON.parse(JSON.stringify(info))).toMatchObject({
      pipeline: 'zendesk',
      loadIds: ['1.5'],
      resources: [{ resource: 'tickets', rows: 1 }, {}],
    });
    expect(Object.keys(info)).not.toContain('toString');
    expect(() => Object.assign(info, { pipeline: 'x' })).toThrow(TypeError);
  });
});

describe('the report of a resource', () => {
  test('tells its own rows, bytes, time, schema changes and load id', async () => {
    const place = freshPlace(folder);
    const wide = resource({
      name: 'wide',
      extract: () => [Array.from({ length: 3000 }, (_, id) => ({ id, text: 'x'.repeat(50), tags: [id] }))],
    });
    const narrow = transformer({
      name: 'narrow',
      from: wide,
      extract: ({ items }) => [items.slice(0, 10).map(({ id }) => ({ id }))],
    });
    const info = await place.pipeline().run(sourceOf('shop', [wide, narrow]));
    const [first, second] = info.resources;
    expect(first).toMatchObject({
      resource: 'wide',
      status: 'loaded',
      rows: 3000,
      tables: { wide: 3000, wide__tags: 3000 },
      pages: 1,
      loadId: info.loadIds[0],
    });
    expect(first!.schemaChanges).toEqual([
      'new table wide',
      'new column wide.id (bigint)',
      'new column wide.text (text)',
      'new table wide__tags',
      'new column wide__tags.value (bigint)',
    ]);
    expect(second).toMatchObject({ resource: 'narrow', rows: 10, tables: { narrow: 10 } });
    expect(first!.bytes).toBeGreaterThan(3000 * 50);
    expect(second!.bytes).toBeLessThan(first!.bytes / 10);
    expect(first!.seconds).toBeGreaterThan(0);
    expect(String(info)).toContain('loaded 3,010 rows into dataset data');
  });

  test('tells what became of rows that were not simply written, of the top tables alone', async () => {
    const place = freshPlace(folder);
    const tickets = (text: string) =>
      resource({
        name: 'tickets',
        primaryKey: 'id',
        writeDisposition: 'merge',
        extract: () => [[1, 2].map((id) => ({ id, text, tags: [1, 2, 3] }))],
      });
    const first = await place.pipeline().run(sourceOf('shop', [tickets('a')]));
    expect(first.resources[0]?.fates).toBeUndefined();
    const second = await place.pipeline().run(sourceOf('shop', [tickets('b')]));
    expect(second.resources[0]).toMatchObject({
      rows: 2,
      fates: { updated: 2, skipped: 0, stale: 0, deleted: 0 },
    });
    expect(String(second)).toMatch(/; 2 replaced a stored row$/m);
  });

  test('tells what a schema contract left out, with a warning for each table', async () => {
    const place = freshPlace(folder);
    const rows = (extra: object) =>
      resource({
        name: 'strict',
        schemaContract: { columns: 'discardRow', dataType: 'discardValue' },
        extract: () => [
          [
            { id: 1, n: 1 },
            { id: 2, n: 2, ...extra },
          ],
        ],
      });
    await place.pipeline().run(rows({}));
    const info = await place.pipeline().run(rows({ surprise: true }));
    expect(info.resources[0]).toMatchObject({
      rows: 1,
      discarded: { strict: { rows: 1, values: 0 } },
      warnings: ['the schema contract left out 1 row of table strict'],
    });
    const next = await place.pipeline().run(rows({ n: 'many' }));
    expect(next.resources[0]!.discarded).toEqual({ strict: { rows: 0, values: 1 } });
    expect(String(next)).toContain('strict: the schema contract left out 1 value of table strict');
  });

  test('has cursor values that JSON can hold', async () => {
    const place = freshPlace(folder);
    const big = resource({
      name: 'big',
      incremental: { id: incremental<bigint | number>({ cursor: 'id', initialValue: 0 }) },
      extract: () => [[{ id: 2n ** 60n }]],
    });
    const info = await place.pipeline().run(big);
    expect(JSON.parse(JSON.stringify(info)).resources[0].cursors).toEqual([
      { path: 'id', start: 0, end: null, last: '1152921504606846976', stateless: false },
    ]);
  });
});

test('a run that failed carries the info of what was loaded all the same', async () => {
  const place = freshPlace(folder);
  const fine = resource({ name: 'fine', extract: () => [[{ id: 1 }]] });
  const broken = resource({
    name: 'broken',
    extract: () => {
      throw new Error('no such endpoint');
    },
  });
  const error = await place
    .pipeline()
    .run(sourceOf('shop', [broken, fine]))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LoadFailedError);
  const { info, failures, message } = error as LoadFailedError;
  expect(message).toBe('Pipeline "shop" did not load a resource: broken: no such endpoint [EXTRACT_FAILED]');
  expect(failures).toEqual([
    {
      resource: 'broken',
      code: 'EXTRACT_FAILED',
      message: 'Resource "broken": no such endpoint',
      retryable: true,
    },
  ]);
  expect(info.resources.map(({ resource, status }) => [resource, status])).toEqual([
    ['broken', 'failed'],
    ['fine', 'loaded'],
  ]);
});
