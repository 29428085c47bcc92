import { rmSync } from 'node:fs';
import { files } from '../../../src/sources/files';
import { eachPageDue } from '../each-page-due';
import { jsonl, type Workspace, workspace } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

describe('files by modification time', () => {
  const source = (more: object = {}) =>
    files({ location: space.location, tables: [{ name: 'orders', glob: '**/*.jsonl', ...more }] });
  const at = (hour: number): string => `2024-03-01T${String(hour).padStart(2, '0')}:00:00Z`;

  test('two daily runs bring each file once, also one that came with the same time as the last', async () => {
    space.write('a.jsonl', jsonl({ id: 1 }), at(1));
    space.write('b.jsonl', jsonl({ id: 2 }), at(2));
    expect(await space.loaded(source(), { incremental: true })).toEqual({ orders: 2 });
    space.write('deep/c.jsonl', jsonl({ id: 3 }), at(2));
    space.write('d.jsonl', jsonl({ id: 4 }), at(3));
    expect(await space.loaded(source(), { incremental: true })).toEqual({ orders: 2 });
    expect(await space.loaded(source(), { incremental: true })).toEqual({ orders: 0 });
    const rows = await space.query('SELECT id, _file_modified FROM orders ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(rows.map((row) => String(row._file_modified))).toEqual([at(1), at(2), at(2), at(3)]);
  });

  test('a file at the border that has no rows does not make others come again', async () => {
    space.write('a.jsonl', jsonl({ id: 1 }), at(1));
    space.write('empty.jsonl', '', at(5));
    expect(await space.loaded(source(), { incremental: true })).toEqual({ orders: 1 });
    expect(await space.loaded(source(), { incremental: true })).toEqual({ orders: 0 });
  });

  test('microseconds count: a file a little after the last one is new', async () => {
    space.write('a.jsonl', jsonl({ id: 1 }), '2024-03-01T00:00:00.001Z');
    await space.loaded(source(), { incremental: true });
    space.write('b.jsonl', jsonl({ id: 2 }), '2024-03-01T00:00:00.002Z');
    expect(await space.loaded(source(), { incremental: true })).toEqual({ orders: 1 });
  });

  test('a file that changed comes again and replaces its rows where there is a key', async () => {
    const keyed = () => source({ primaryKey: 'id', writeDisposition: 'merge' });
    space.write('a.jsonl', jsonl({ id: 1, v: 'old' }, { id: 2, v: 'old' }), at(1));
    await space.loaded(keyed(), { incremental: true });
    space.write('a.jsonl', jsonl({ id: 1, v: 'new' }, { id: 2, v: 'new' }), at(4));
    await space.loaded(keyed(), { incremental: true });
    expect(await space.query('SELECT id, v FROM orders ORDER BY id')).toEqual([
      { id: 1, v: 'new' },
      { id: 2, v: 'new' },
    ]);
  });

  test('intervals, in parallel and again, bring what was modified in them', async () => {
    for (let hour = 0; hour < 12; hour++) space.write(`${hour}.jsonl`, jsonl({ id: hour }), at(hour));
    const chunks = [6, 0, 9, 3].map((hour): [string, string] => [at(hour), at(hour + 3)]);
    await Promise.all(chunks.map((interval) => space.loaded(source(), { interval })));
    expect(await space.loaded(source(), { interval: [at(3), at(6)] })).toEqual({ orders: 3 });
    const rows = await space.query('SELECT id FROM orders ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, hour) => hour));
  });

  test('`startDate` leaves older files out', async () => {
    space.write('old.jsonl', jsonl({ id: 1 }), at(1));
    space.write('new.jsonl', jsonl({ id: 2 }), at(5));
    expect(await space.loaded(source({ startDate: at(5) }), { incremental: true })).toEqual({ orders: 1 });
  });

  test('without an incremental the table is replaced by all files', async () => {
    const all = () => source({ incremental: 'none', fileColumns: true });
    space.write('a.jsonl', jsonl({ id: 1 }), at(1));
    space.write('b.jsonl', jsonl({ id: 2 }), at(2));
    await space.loaded(all(), { incremental: true });
    rmSync(space.at('a.jsonl'));
    await space.loaded(all(), { incremental: true });
    expect(await space.query('SELECT id, _file_name FROM orders')).toEqual([
      { id: 2, _file_name: 'b.jsonl' },
    ]);
  });

  test.each(['{"id":2}\n', '{"id":'])(
    'a file that is being written (%j came) is tried again later',
    async (more) => {
      space.write('a.jsonl', jsonl({ id: 1 }), at(1));
      space.write('b.jsonl', '{"id":', at(2));
      const onProgress = (): void => space.write('b.jsonl', more, at(3));
      const { error } = await space.load(source(), { incremental: true, onProgress });
      expect(error).toMatchObject({ code: 'EXTRACT_FAILED', retryable: true });
      expect(String(error)).toContain('"b.jsonl" changed while it was read');
    },
  );

  test('a load that failed goes on after the files that it had read', async () => {
    for (let n = 0; n < 4; n++) space.write(`${n}.jsonl`, jsonl({ id: n }), at(n));
    space.write('3.jsonl', '{"id":', at(3));
    const onProgress = eachPageDue();
    try {
      const first = await space.load(source(), { incremental: true, loadKey: 'key', onProgress });
      expect(first.error).toMatchObject({ code: 'FILE_INVALID' });
      space.write('3.jsonl', jsonl({ id: 3 }), at(3));
      for (const n of [0, 1, 2]) rmSync(space.at(`${n}.jsonl`));
      expect(await space.loaded(source(), { incremental: true, loadKey: 'key' })).toEqual({ orders: 4 });
    } finally {
      jest.restoreAllMocks();
    }
    expect(await space.loaded(source(), { incremental: true })).toEqual({ orders: 0 });
  });
});
