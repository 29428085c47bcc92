import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Dataset, duckdb } from '../../src/destination';
import { fileLeases } from '../../src/destination/duckdb/file-leases';
import { forgetWaiting, noteWaiting } from '../../src/destination/duckdb/turns';
import { commit, freshDataset, packageOf, rowsOf, temporaryFolder } from './harness';

const folder = temporaryFolder();
let files = 0;
const newFile = (): string => path.join(folder, `r${++files}.duckdb`);

const rows = (...ids: number[]) => ({ resources: [{ rows: ids.map((id) => ({ id })) }] });
const ids = (dataset: Dataset): Promise<unknown[]> => rowsOf(dataset, 'SELECT id FROM items ORDER BY id');

/** The ids that another program finds in the file at the path. */
async function idsOutside(file: string, schema = 'data'): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const read = await connection.runAndReadAll(`SELECT id::INTEGER FROM ${schema}.items ORDER BY id`);
  connection.closeSync();
  instance.closeSync();
  return read.getRows().flat();
}

/** A closed dataset of its own. */
async function other(...of: number[]): Promise<string> {
  const dataset = await freshDataset(folder, path.basename(newFile()));
  await commit(dataset, rows(...of));
  await dataset.close();
  return dataset.location;
}

describe('a file that is removed or replaced while it is held', () => {
  test('removed between two loads: the second makes the file anew', async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, rows(1));
    rmSync(dataset.location);
    expect(await dataset.snapshot('shop')).toMatchObject({ schema: undefined });
    expect(existsSync(dataset.location)).toBe(false);
    await commit(dataset, rows(2));
    await dataset.close();
    expect(await idsOutside(dataset.location)).toEqual([2]);
  });

  test('replaced between two loads: what is read is what is there now', async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, rows(1));
    renameSync(await other(7), dataset.location);
    expect(await ids(dataset)).toEqual([{ id: 7 }]);
    await commit(dataset, rows(8));
    await dataset.close();
    expect(await idsOutside(dataset.location)).toEqual([7, 8]);
  });

  test.each(['removed', 'replaced'])('%s while a load extracts: refused', async (how) => {
    const dataset = await freshDataset(folder);
    await commit(dataset, rows(1));
    const snapshot = await dataset.snapshot('shop');
    const load = await packageOf(dataset, {
      ...rows(2),
      snapshot,
      extra: { datasetId: snapshot.datasetId },
    });
    if (how === 'removed') rmSync(dataset.location);
    else renameSync(await other(7), dataset.location);
    await expect(dataset.commit(load)).rejects.toMatchObject({ code: 'DATASET_MISMATCH' });
    await dataset.close();
    if (how === 'replaced') expect(await idsOutside(dataset.location)).toEqual([7]);
  });

  test.each(['removed', 'replaced'])(
    '%s within the commit: it fails, and what is there now stays as it is',
    async (how) => {
      const dataset = await freshDataset(folder);
      await commit(dataset, rows(1));
      const successor = await other(7);
      const load = await packageOf(dataset, rows(2));
      const chunks = load.staged.chunks.bind(load.staged);
      const staged = {
        ...load.staged,
        chunks(table: string) {
          if (how === 'removed') rmSync(dataset.location);
          else renameSync(successor, dataset.location);
          return chunks(table);
        },
      };
      await expect(dataset.commit({ ...load, staged })).rejects.toMatchObject({
        code: 'DATASET_MISMATCH',
        message: expect.stringContaining('removed or replaced'),
      });
      if (how === 'replaced') expect(await ids(dataset)).toEqual([{ id: 7 }]);
      await commit(dataset, rows(3));
      await dataset.close();
      expect(await idsOutside(dataset.location)).toEqual(how === 'removed' ? [3] : [3, 7]);
    },
  );

  test('work that runs on it keeps nobody from the new one', async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, rows(1));
    let reading: Promise<unknown[]> | undefined;
    await fileLeases.withConnection(dataset.location, async () => {
      renameSync(await other(7), dataset.location);
      reading = ids(dataset);
    });
    expect(await reading).toEqual([{ id: 7 }]);
    await dataset.close();
  });

  test("the log of its successor is left alone, its own isn't", async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, rows(1));
    const log = `${dataset.location}.wal`;
    expect(existsSync(log)).toBe(true);
    renameSync(await other(7), dataset.location);
    renameSync(log, `${log}.old`);
    writeFileSync(log, '');
    await dataset.close();
    // DuckDB is told and closes the file; the successor's log would go with it
    await new Promise((resolve) => setImmediate(resolve));
    expect(existsSync(log)).toBe(true);
  });
});

test('a file that cannot be written is read all the same', async () => {
  const file = await other(1, 2);
  chmodSync(file, 0o444);
  chmodSync(folder, 0o555);
  // root may write everything
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.('nobody');
  try {
    const dataset = await duckdb({ path: file }).open({ pipeline: 'p', dataset: 'data', workDir: folder });
    expect(await ids(dataset)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await dataset.ledger()).toHaveLength(1);
    expect((await dataset.snapshot('shop')).schema?.version).toBe(1);
    await expect(commit(dataset, rows(3))).rejects.toMatchObject({
      code: 'DESTINATION_REFUSED',
      message: expect.stringContaining('read-only'),
    });
    await dataset.close();
  } finally {
    if (root) process.seteuid?.(0);
    chmodSync(folder, 0o755);
  }
});

describe('who can read what', () => {
  test('a database, its log and its folder are made for their owner alone', async () => {
    const dataset = await freshDataset(folder, path.join(`made${++files}`, 'd.duckdb'));
    await commit(dataset, rows(1));
    const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    expect(modeOf(dataset.location)).toBe('600');
    expect(modeOf(`${dataset.location}.wal`)).toBe('600');
    expect(modeOf(path.dirname(dataset.location))).toBe('700');
    await dataset.close();
    expect(modeOf(dataset.location)).toBe('600');
  });

  test('a file that was there keeps its mode, and its log has it', async () => {
    const file = await other(1);
    chmodSync(file, 0o640);
    const dataset = await duckdb({ path: file }).open({ pipeline: 'p', dataset: 'data', workDir: folder });
    await commit(dataset, rows(2));
    expect((statSync(file).mode & 0o777).toString(8)).toBe('640');
    expect((statSync(`${file}.wal`).mode & 0o777).toString(8)).toBe('640');
    await dataset.close();
  });

  test('the note of who waits is never written through a link', () => {
    const file = newFile();
    const target = path.join(folder, `mine${files}`);
    writeFileSync(target, 'mine');
    symlinkSync(target, `${file}.waiting`);
    noteWaiting(file);
    expect(readFileSync(target, 'utf8')).toBe('mine');
    forgetWaiting(file);
    expect(existsSync(target)).toBe(true);
    mkdirSync(`${file}.waiting`);
    expect(() => noteWaiting(file)).not.toThrow();
  });
});
