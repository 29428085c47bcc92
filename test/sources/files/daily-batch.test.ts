import { files } from '../../../src/sources/files';
import { days, jsonl, type Workspace, workspace } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

describe('the daily batch of the incremental loading guide', () => {
  const source = () =>
    files({
      location: space.location,
      tables: [
        {
          name: 'get_daily_batch',
          glob: 'batches/{yyyy}-{MM}-{dd}/*.jsonl',
          mergeKey: 'batch_day',
          writeDisposition: 'merge',
        },
      ],
    });
  const batch = (day: number, version: string, rows: number): void =>
    space.write(
      `batches/2024-03-${String(day).padStart(2, '0')}/batch.jsonl`,
      jsonl(
        ...Array.from({ length: rows }, (_, record) => ({
          record,
          batch_day: `2024-03-${String(day).padStart(2, '0')}`,
          version,
        })),
      ),
    );
  const stored = () =>
    space.query(
      'SELECT batch_day, count(*) AS records, min(version) AS first, max(version) AS last FROM get_daily_batch GROUP BY batch_day ORDER BY batch_day',
    );

  test('loaded live, loaded twice, loaded late: a single instance of each batch remains', async () => {
    batch(1, 'v1', 3);
    batch(2, 'v1', 3);
    await space.loaded(source(), { interval: days(1, 2), now: '2024-03-02T00:00:00Z' });
    await space.loaded(source(), { interval: days(2, 3), now: '2024-03-03T00:00:00Z' });
    // the current batch several times on its day, growing
    for (const [version, rows] of [
      ['v1', 1],
      ['v2', 4],
      ['v3', 6],
    ] as const) {
      batch(3, version, rows);
      await space.loaded(source(), { interval: days(3, 4), now: '2024-03-03T12:00:00Z' });
    }
    // an old batch again, corrected and smaller
    batch(1, 'v2', 2);
    await space.loaded(source(), { interval: days(1, 2) });
    expect(await stored()).toEqual([
      { batch_day: expect.anything(), records: 2, first: 'v2', last: 'v2' },
      { batch_day: expect.anything(), records: 3, first: 'v1', last: 'v1' },
      { batch_day: expect.anything(), records: 6, first: 'v3', last: 'v3' },
    ]);
  });

  test('goes on by itself too, where a batch that was replaced comes again', async () => {
    batch(1, 'v1', 3);
    batch(2, 'v1', 3);
    expect(await space.loaded(source(), { incremental: true })).toEqual({ get_daily_batch: 6 });
    batch(2, 'version 2', 5);
    batch(3, 'v1', 1);
    expect(await space.loaded(source(), { incremental: true })).toEqual({ get_daily_batch: 6 });
    expect((await stored()).map(({ records, last }) => [records, last])).toEqual([
      [3, 'v1'],
      [5, 'version 2'],
      [1, 'v1'],
    ]);
  });
});
