import { files } from '../../../src/sources/files';
import { days, jsonl, type Workspace, workspace } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

describe('files by the date in their path', () => {
  const source = () =>
    files({
      location: space.location,
      tables: [{ name: 'events', glob: 'events/{yyyy}/{MM}/{dd}/*.jsonl' }],
    });
  const served = 10 * 2 * 3;
  beforeEach(() => {
    for (let day = 1; day <= 10; day++)
      for (const part of ['a', 'b'])
        space.write(
          `events/2024/03/${String(day).padStart(2, '0')}/${part}.jsonl`,
          jsonl(...[1, 2, 3].map((n) => ({ id: `${day}${part}${n}`, day }))),
        );
  });
  const perDay = () =>
    space.query(
      'SELECT day, count(*) AS rows, count(DISTINCT id) AS ids FROM events GROUP BY day ORDER BY day',
    );

  test('an interval selects the files of its days, and no other', async () => {
    expect(await space.loaded(source(), { interval: days(3, 5) })).toEqual({ events: 12 });
    expect(await perDay()).toEqual([
      { day: 3, rows: 6, ids: 6 },
      { day: 4, rows: 6, ids: 6 },
    ]);
  });

  test('chunks in any order, at once, with one run again, give exactly the rows that are there', async () => {
    const chunks = [7, 1, 5, 3, 9].map((day) => days(day, day + 2));
    await Promise.all(chunks.map((interval) => space.loaded(source(), { interval })));
    await space.loaded(source(), { interval: days(5, 7) });
    const rows = await perDay();
    expect(rows.map((row) => row.rows)).toEqual(Array(10).fill(6));
    expect(await space.query('SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events')).toEqual([
      { n: served, ids: served },
    ]);
  });

  test('an interval that partly overlaps what is loaded is refused where rows have no key', async () => {
    await space.loaded(source(), { interval: days(3, 5) });
    const { error } = await space.load(source(), { interval: days(4, 6) });
    expect(error).toMatchObject({ code: 'INTERVAL_OVERLAP' });
  });

  test('runs without an interval go on from the last day; a late file of that day comes, a loaded one does not again', async () => {
    expect(await space.loaded(source(), { incremental: true })).toEqual({ events: served });
    expect(await space.loaded(source(), { incremental: true })).toEqual({ events: 0 });
    space.write('events/2024/03/10/late.jsonl', jsonl({ id: 'late', day: 10 }));
    space.write('events/2024/03/11/a.jsonl', jsonl({ id: 'next', day: 11 }));
    expect(await space.loaded(source(), { incremental: true })).toEqual({ events: 2 });
    expect(await space.loaded(source(), { incremental: true })).toEqual({ events: 0 });
    expect(await space.query('SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events')).toEqual([
      { n: served + 2, ids: served + 2 },
    ]);
  });

  test('after a backfill, runs without an interval bring what came since', async () => {
    await space.loaded(source(), { interval: days(1, 9) });
    const firstStart = '2024-03-01T00:00:00Z';
    expect(await space.loaded(source(), { incremental: true, firstStart })).toEqual({ events: 12 });
    expect(await space.loaded(source(), { incremental: true, firstStart })).toEqual({ events: 0 });
  });

  test('a run from the very beginning over what intervals loaded is refused where rows have no key', async () => {
    await space.loaded(source(), { interval: days(1, 9) });
    const { error } = await space.load(source(), { incremental: true });
    expect(error).toMatchObject({ code: 'INTERVAL_OVERLAP' });
  });

  test('with a lag, files that come days late are loaded, once', async () => {
    const lagging = () =>
      files({
        location: space.location,
        tables: [
          { name: 'events', glob: 'events/{yyyy}/{MM}/{dd}/*.jsonl', lag: 3 * 86_400, primaryKey: 'id' },
        ],
      });
    await space.loaded(lagging(), { incremental: true });
    space.write('events/2024/03/08/late.jsonl', jsonl({ id: 'late', day: 8 }));
    space.write('events/2024/03/02/too-late.jsonl', jsonl({ id: 'too late', day: 2 }));
    expect(await space.loaded(lagging(), { incremental: true })).toEqual({ events: 1 });
    expect(await space.loaded(lagging(), { incremental: true })).toEqual({ events: 0 });
  });

  test('dates are those of the zone that is told', async () => {
    const table = { name: 'events', glob: 'events/{yyyy}/{MM}/{dd}/*.jsonl', timezone: 'America/New_York' };
    const local = files({ location: space.location, tables: [table] });
    await space.loaded(local, { interval: ['2024-03-02T05:00:00Z', '2024-03-03T05:00:00Z'] });
    expect(await space.query('SELECT DISTINCT day FROM events')).toEqual([{ day: 2 }]);
    expect(String((await space.query('SELECT _file_date FROM events LIMIT 1'))[0]?._file_date)).toBe(
      '2024-03-02T05:00:00Z',
    );
  });

  test('a regular expression finds dates that a glob cannot describe', async () => {
    space.write('drops/batch_4_3_2024.jsonl', jsonl({ id: 1 }));
    space.write('drops/batch_15_12_2024.jsonl', jsonl({ id: 2 }));
    const drops = files({
      location: space.location,
      tables: [
        {
          name: 'drops',
          glob: 'drops/*.jsonl',
          dateFrom: /_(?<day>\d+)_(?<month>\d+)_(?<year>\d{4})\.jsonl$/,
        },
      ],
    });
    expect(await space.loaded(drops, { interval: days(4, 5) })).toEqual({ drops: 1 });
    expect(await space.query('SELECT id FROM drops')).toEqual([{ id: 1 }]);
  });

  test('a file of the glob without a date is an error, not left out', async () => {
    space.write('drops/batch.jsonl', jsonl({ id: 1 }));
    const drops = files({
      location: space.location,
      tables: [{ name: 'drops', glob: 'drops/*.jsonl', dateFrom: '(?<year>\\d{4})' }],
    });
    const { error } = await space.load(drops, { interval: days(4, 5) });
    expect(error).toMatchObject({ code: 'FILE_INVALID', details: { file: 'drops/batch.jsonl' } });
  });

  test('a date that does not exist is an error that names the file', async () => {
    space.write('events/2024/02/30/a.jsonl', jsonl({ id: 1 }));
    const { error } = await space.load(source(), { incremental: true });
    expect(String(error)).toContain('events/2024/02/30/a.jsonl');
  });
});
