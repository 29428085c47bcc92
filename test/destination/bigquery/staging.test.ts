import { existsSync } from 'node:fs';
import { mkdtemp, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { stageFile } from '../../../src/destination/bigquery/staging';
import type { BroughtTable } from '../../../src/destination/sql';
import { encodeColumn, type TableChunk } from '../../../src/normalize';
import type { ColumnSchema } from '../../../src/schema';
import { temporaryFolder } from '../harness';

/** Where open files are listed, and a file takes nothing. */
const onLinux = process.platform === 'linux' ? test : test.skip;

const folder = temporaryFolder();
const newFolder = (): Promise<string> => mkdtemp(path.join(folder, 'stage-'));

async function* chunksOf(table: string, texts: readonly string[]): AsyncGenerator<TableChunk, void, void> {
  const column = encodeColumn('v', { type: 'text', values: texts }, texts.length)!;
  yield { table, rows: texts.length, columns: [column] };
}

function brought(
  name: string,
  texts: readonly string[],
  columns: readonly ColumnSchema[] = [],
): BroughtTable {
  const v: ColumnSchema = { name: 'v', data_type: 'text', nullable: true };
  const all = Object.fromEntries([v, ...columns].map((column) => [column.name, column]));
  return { table: { name, columns: all }, numbers: [], chunks: chunksOf(name, texts) };
}

describe('rows in a file for a load job', () => {
  test('the same rows make the same digest, other columns another one', async () => {
    const more: ColumnSchema = { name: 'more', data_type: 'bigint', nullable: true };
    const digests = [];
    for (const columns of [[], [], [more]])
      digests.push((await stageFile([brought('a', ['x'], columns)], await newFolder())).digest);
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });

  test('a row is told by the byte at which it begins', async () => {
    const staged = await stageFile([brought('a', ['ü', 'y']), brought('b', ['z'])], await newFolder());
    const [first, second] = ['{"r0":{"v":"ü"}}\n', '{"r0":{"v":"y"}}\n'].map((line) =>
      Buffer.byteLength(line),
    );
    expect([0, first, first! + second!].map((byte) => staged.tableAt(byte!))).toEqual(['a', 'a', 'b']);
    expect(staged.rows).toBe(3);
  });

  test('a name that BigQuery keeps for itself is refused before a row is read', async () => {
    const reserved: ColumnSchema = { name: '_partition_x', data_type: 'text', nullable: true };
    const at = path.join(folder, 'none');
    await expect(stageFile([brought('a', ['x'], [reserved])], at)).rejects.toMatchObject({
      code: 'IDENTIFIER_INVALID',
    });
    expect(existsSync(at)).toBe(false);
  });

  onLinux('rows that can’t be read to their end end it, and no file is held open', async () => {
    async function* broken(): AsyncGenerator<TableChunk, void, void> {
      yield* chunksOf('a', ['x']);
      throw new Error('a staged file is gone');
    }
    const before = (await readdir('/proc/self/fd')).length;
    for (let count = 0; count < 20; count++)
      await expect(stageFile([{ ...brought('a', []), chunks: broken() }], await newFolder())).rejects.toThrow(
        'a staged file is gone',
      );
    expect((await readdir('/proc/self/fd')).length).toBeLessThan(before + 5);
  });

  onLinux('a full disk ends it, at whatever moment', async () => {
    async function* slow(): AsyncGenerator<TableChunk, void, void> {
      for (let count = 0; count < 50; count++) {
        yield* chunksOf('a', ['x'.repeat(100_000)]);
        await new Promise(setImmediate);
      }
    }
    // /dev/full takes nothing
    const full = await newFolder();
    await symlink('/dev/full', path.join(full, 'rows.json.gz'));
    await expect(stageFile([{ ...brought('a', []), chunks: slow() }], full)).rejects.toMatchObject({
      code: 'ENOSPC',
    });
  });
});
