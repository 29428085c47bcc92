import type { LedgerRow } from '../../src/ledger';
import { commit, rowsOf, SOURCE, slice, temporaryFolder, tested } from './harness';

describe.each(tested)('in $name:', ({ fresh: freshDataset, ledgerColumns = [] }) => {
  const folder = temporaryFolder();

  const failed: LedgerRow = {
    pipeline: 'p',
    source: SOURCE,
    resource: 'items',
    generation: 0,
    interval_start: '2024-01-01T00:00:00Z',
    interval_end: '2024-01-02T00:00:00Z',
    cursor_start: null,
    cursor_end: null,
    load_key: 'f',
    load_id: null,
    rows: 0,
    status: 'failed',
    error_code: 'HTTP_STATUS',
    error: 'The API answered 503.',
    workflow_id: 'w',
    run_id: 'r',
    attempt: 3,
    committed_at: '2024-01-03T00:00:00.123456Z',
  };

  test('a run that ends without a load leaves its row, as it was given', async () => {
    const dataset = await freshDataset(folder);
    await dataset.record([failed]);
    expect(await dataset.ledger()).toEqual([failed]);
    expect(await dataset.findLoad('f')).toBeUndefined();
    await dataset.close();
  });

  test('the end of a run that is told twice is there once, two ends that are alike twice', async () => {
    const dataset = await freshDataset(folder);
    const ofRun = { ...failed, committed_at: '2024-01-03T00:00:09Z' };
    const local = { ...failed, workflow_id: null, run_id: null, attempt: null };
    const later = { ...local, committed_at: '2024-01-04T00:00:00Z' };
    for (const rows of [[failed], [ofRun], [local], [local, later], [{ ...ofRun, attempt: 4 }]])
      await dataset.record(rows);
    expect(await dataset.ledger()).toHaveLength(4);
    expect(await dataset.ledger()).toEqual(
      expect.arrayContaining([failed, local, later, { ...ofRun, attempt: 4 }]),
    );
    await dataset.close();
  });

  test('the columns are those that are documented, in their order', async () => {
    const dataset = await freshDataset(folder);
    await dataset.record([failed]);
    expect(
      (await dataset.query('SELECT * FROM _tidemark_intervals')).columns.map(({ name }) => name),
    ).toEqual([...Object.keys(failed), ...ledgerColumns]);
    await dataset.close();
  });

  test('rows are found by resource, status, key and time, in the order of commits', async () => {
    const dataset = await freshDataset(folder);
    await dataset.record([failed]);
    for (const [index, pipeline] of ['daily', 'backfill', 'daily'].entries())
      await commit(dataset, {
        key: `k${index}`,
        pipeline,
        resources: [{ rows: [{ id: index, ts: index }], ...slice(index * 10, index * 10 + 10) }],
      });
    const keys = async (filter: Parameters<typeof dataset.ledger>[0]) =>
      (await dataset.ledger(filter)).map((row) => row.load_key);
    expect(await keys({})).toEqual(['f', 'k0', 'k1', 'k2']);
    expect(await keys({ pipeline: 'daily' })).toEqual(['k0', 'k2']);
    expect(await keys({ status: ['failed', 'skipped'] })).toEqual(['f']);
    expect(await keys({ limit: 2 })).toEqual(['k1', 'k2']);
    expect(await keys({ from: '1970-01-01T00:00:10Z', to: '1970-01-01T00:00:20Z' })).toEqual(['k1']);
    expect(await keys({ resource: 'other' })).toEqual([]);
    // Daily and backfill are two pipelines on one dataset: together they cover the range.
    const range = { start: '1970-01-01T00:00:00Z', end: '1970-01-01T00:00:40Z' };
    expect(await dataset.coverage({ source: SOURCE, resource: 'items', ...range })).toEqual({
      covered: [{ start: range.start, end: '1970-01-01T00:00:30Z' }],
      gaps: [{ start: '1970-01-01T00:00:30Z', end: range.end, cause: 'never-planned', row: undefined }],
    });
    expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM _dlt_pipeline_state')).toEqual([{ n: 2 }]);
    await dataset.close();
  });

  test('a range finds what its interval or its covered range touches, whatever is missing of them', async () => {
    const dataset = await freshDataset(folder);
    const at = (hour: number | null): string | null =>
      hour === null ? null : `2024-01-01T${String(hour).padStart(2, '0')}:00:00Z`;
    const bounds = [
      [null, null],
      [2, 4],
      [4, 4],
      [4, 8],
      [8, 4],
      [9, 10],
      [4, null],
    ] as const;
    const rows = bounds.flatMap(([start, end], i) =>
      bounds.map(([from, to], k) => ({
        ...failed,
        load_key: `${i}/${k}`,
        interval_start: at(start),
        interval_end: at(end),
        cursor_start: at(from),
        cursor_end: at(to),
      })),
    );
    await dataset.record(rows);
    // as documented, by plain comparison of texts of one length
    const touches = (start: string | null, end: string | null, from?: string, to?: string): boolean =>
      start !== null &&
      (from === undefined || (end !== null && end > from) || start >= from) &&
      (to === undefined || start < to);
    for (const from of [undefined, at(3)!, at(4)!, at(8)!])
      for (const to of [undefined, at(2)!, at(4)!, at(5)!, at(23)!]) {
        if (from === undefined && to === undefined) continue;
        const expected = rows.filter(
          (row) =>
            touches(row.interval_start, row.interval_end, from, to) ||
            touches(row.cursor_start, row.cursor_end, from, to),
        );
        expect((await dataset.ledger({ from, to })).map(({ load_key }) => load_key).sort()).toEqual(
          expected.map(({ load_key }) => load_key).sort(),
        );
      }
    await dataset.close();
  });

  test('generations are found of each resource', async () => {
    const dataset = await freshDataset(folder);
    const of = (resource: string, generation: number, source = SOURCE) =>
      ({ ...failed, load_key: `${source} ${resource} ${generation}`, source, resource, generation }) as const;
    await dataset.record([of('b', 0), of('a', 2), of('b', 7), of('a', 1), of('B', 3), of('a', 9, 'other')]);
    expect((await dataset.snapshot(SOURCE)).generations).toEqual({ a: 2, b: 7, B: 3 });
    expect((await dataset.snapshot('none')).generations).toEqual({});
    await dataset.close();
  });
});
