import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { fileLeases } from '../../src/destination/duckdb/file-leases';
import type { Link } from '../../src/destination/duckdb/link';
import { isOutOfMemory, memoryFor } from '../../src/destination/duckdb/memory-bound';
import { commit, freshDataset, rowsOf, temporaryFolder } from './harness';

const folder = temporaryFolder();
let files = 0;
const newFile = (): string => path.join(folder, `m${++files}.duckdb`);

const numbers = (columns: number): string =>
  Array.from({ length: columns }, (_, column) => `i + ${column} AS c${column}`).join(', ');
const texts = (columns: number): string =>
  Array.from({ length: columns }, (_, column) => `md5((i + ${column})::VARCHAR) AS c${column}`).join(', ');

/** Needs more than the 64 MiB of a bounded commit. */
const WIDE = `CREATE OR REPLACE TABLE wide AS SELECT ${numbers(300)} FROM range(10000) t(i)`;
const KEYED = 'CREATE TABLE keyed (id VARCHAR PRIMARY KEY)';
const keys = (rows: number): string =>
  `INSERT INTO keyed SELECT i || 'aaaaaaaaaaaaaaaaaaaaaaaa' FROM range(${rows}) t(i)`;

const littleMemory = <T>(file: string, link: Link, work: (on: Link) => Promise<T>): Promise<T> =>
  fileLeases.withLittleMemory(file, link, { work, bytes: memoryFor({ columns: 20, bytes: 0 }) });

async function limitOf({ connection }: Link): Promise<unknown> {
  const read = await connection.runAndReadAll("SELECT current_setting('memory_limit')");
  return read.getRows()[0]?.[0];
}

describe('out of memory', () => {
  test.each([
    ['64MiB', 'could not allocate block', [WIDE]],
    ['4MiB', 'failed to allocate data', [`CREATE TABLE t AS SELECT ${texts(100)} FROM range(300) t(i)`]],
    ['8MiB', 'Failed to commit: failed to pin block', [KEYED, keys(60_000)]],
    ['16MiB', 'Failed to commit: could not allocate block', [KEYED, keys(150_000)]],
  ])('with %s DuckDB says "%s", and it is understood', async (limit, wording, statements) => {
    const instance = await DuckDBInstance.create(newFile(), { threads: '1', memory_limit: limit });
    const connection = await instance.connect();
    const failed = (async () => {
      for (const sql of ['BEGIN', ...statements, 'COMMIT']) await connection.run(sql);
    })();
    await expect(failed).rejects.toThrow(wording);
    expect(isOutOfMemory(await failed.catch((error: unknown) => error))).toBe(true);
    connection.closeSync();
    instance.closeSync();
  });

  test('is not any error', () => {
    expect(isOutOfMemory(new Error('Constraint Error: Duplicate key "id: 1"'))).toBe(false);
  });
});

describe('a bounded commit', () => {
  test('leaves the file the memory that it had, not only a setting that says so', async () => {
    const file = newFile();
    await fileLeases.withConnection(file, async (link) => {
      const usual = await limitOf(link);
      for (let round = 0; round < 2; round += 1) {
        await littleMemory(file, link, async (on) => {
          expect(await limitOf(on)).toBe('64.0 MiB');
          await expect(on.connection.run(WIDE)).rejects.toThrow('Out of Memory');
        });
        expect(await limitOf(link)).toBe(usual);
      }
      await link.connection.run(WIDE);
    });
  });

  test('of few rows in many columns needs more than that, and gets it', async () => {
    const dataset = await freshDataset(folder);
    const columns = Array.from({ length: 1500 }, (_, column) => `c${column}`);
    const rows = [1, 2].map((id) => ({
      id,
      ...Object.fromEntries(columns.map((name) => [name, `a text of more than twelve bytes in ${name}`])),
    }));
    await commit(dataset, { resources: [{ rows }] });
    expect(await rowsOf(dataset, 'SELECT id, c1499 FROM items')).toEqual(
      rows.map(({ id }) => ({ id, c1499: 'a text of more than twelve bytes in c1499' })),
    );
    await dataset.close();
  });

  test('is bounded no longer when other work comes', async () => {
    const file = newFile();
    await fileLeases.withConnection(file, async (link) => {
      const usual = await limitOf(link);
      await littleMemory(file, link, async () => {
        await fileLeases.withConnection(file, async (other) => {
          expect(await limitOf(other)).toBe(usual);
          await other.connection.run(WIDE);
        });
      });
    });
  });

  test('is not bounded where other work runs already', async () => {
    const file = newFile();
    await fileLeases.withConnection(file, (other) =>
      fileLeases.withConnection(file, async (link) => {
        const usual = await limitOf(other);
        await littleMemory(file, link, async (on) => expect(await limitOf(on)).toBe(usual));
      }),
    );
  });

  test('that fails for want of memory is run again with more, and does not meet its own temporary tables', async () => {
    const file = newFile();
    const tried: Link[] = [];
    const failures: string[] = [];
    const leftBehind: unknown[] = [];
    await fileLeases.withConnection(file, async (link) => {
      await link.connection.run('SET GLOBAL threads = 1');
      await littleMemory(file, link, async (on) => {
        tried.push(on);
        try {
          // The file first and the temporary tables after it, as a load does: DuckDB commits them in the other order.
          for (const sql of ['BEGIN', KEYED, 'CREATE TEMP TABLE tidemark_roots_1 AS SELECT 1', keys(600_000)])
            await on.connection.run(sql);
          await on.connection.run('COMMIT');
        } catch (error) {
          failures.push(String(error));
          const left = await on.connection.runAndReadAll(
            'SELECT table_name FROM duckdb_tables() WHERE temporary',
          );
          leftBehind.push(...left.getRows().flat());
          throw error;
        }
      });
      expect(link.reusable).toBe(false);
    });
    // which of its words it takes depends on where in the commit memory ran out
    expect(failures).toEqual([
      expect.stringMatching(/Failed to commit: failed to (pin block|allocate data)/),
    ]);
    expect(leftBehind).toEqual(['tidemark_roots_1']);
    expect(tried).toHaveLength(2);
    expect(tried[1]).not.toBe(tried[0]);
    await fileLeases.withConnection(file, async ({ connection }) => {
      const read = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM keyed');
      expect(read.getRows()).toEqual([[600_000]]);
    });
  });

  test('that fails for another reason is run once', async () => {
    const file = newFile();
    let tries = 0;
    await fileLeases.withConnection(file, async (link) => {
      const usual = await limitOf(link);
      const failed = littleMemory(file, link, async () => {
        tries += 1;
        throw new Error('refused');
      });
      await expect(failed).rejects.toThrow('refused');
      expect(await limitOf(link)).toBe(usual);
    });
    expect(tries).toBe(1);
  });
});
