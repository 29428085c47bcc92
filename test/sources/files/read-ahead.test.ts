import { utimesSync } from 'node:fs';
import { files } from '../../../src/sources/files';
import { jsonl, type Workspace, workspace, writeParquet } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

test('many small files, with Parquet and large ones among them, come in order and each once', async () => {
  const names = Array.from({ length: 300 }, (_, id) => String(id).padStart(3, '0'));
  for (const [id, name] of names.entries())
    if (id % 10 === 3) {
      const file = space.at(`${name}.parquet`);
      await writeParquet(file, `SELECT ${id} AS id`);
      // as the others: files come in the order of their times, then of their names
      utimesSync(file, new Date('2024-01-01T00:00:00Z'), new Date('2024-01-01T00:00:00Z'));
    } else if (id % 100 === 50) space.write(`${name}.jsonl`, jsonl({ id, filler: 'x'.repeat(2 << 20) }));
    else space.write(`${name}.jsonl`, jsonl({ id }));
  const source = files({
    location: space.location,
    tables: [{ name: 'rows', glob: '*.*', incremental: 'none' }],
  });
  const ids: number[] = [];
  for await (const page of source.resources[0]!.pages())
    for (const { id } of page as { id: number }[]) ids.push(Number(id));
  expect(ids).toEqual(names.map(Number));
});
