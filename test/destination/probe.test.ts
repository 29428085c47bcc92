import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { holdsDatabase, realPathOf, removeHalfMade } from '../../src/destination/duckdb/probe';
import { temporaryFolder } from './harness';

const folder = temporaryFolder();
const REFUSED = new Error('IO Error: The file is not a valid DuckDB database file');
const LOCKED = new Error('IO Error: Could not set lock on file: Conflicting lock is held in node (PID 1)');

test('a path is known by where its links lead, whether the file is there or not', () => {
  const real = path.join(folder, 'real');
  mkdirSync(real);
  symlinkSync(real, path.join(folder, 'link'));
  expect(realPathOf(path.join(folder, 'link', 'new', 'x.duckdb'))).toBe(
    path.join(realPathOf(real), 'new', 'x.duckdb'),
  );
});

test('a database is one as soon as it has content', async () => {
  const file = path.join(folder, 'x.duckdb');
  expect(holdsDatabase(file)).toBe(false);
  writeFileSync(file, '');
  expect(holdsDatabase(file)).toBe(false);
  rmSync(file);
  (await DuckDBInstance.create(file)).closeSync();
  expect(holdsDatabase(file)).toBe(true);
  writeFileSync(file, 'something else');
  expect(() => holdsDatabase(file)).toThrow(expect.objectContaining({ code: 'DESTINATION_NOT_A_DATABASE' }));
});

describe('what a killed process left half made', () => {
  const files = (name: string, bytes: number): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `${'x'.repeat(8)}DUCK`.padEnd(bytes, 'y'));
    return file;
  };

  test('is removed: whole blocks of the three headers', () => {
    for (const blocks of [1, 2]) {
      const file = files(`half${blocks}`, blocks * 4096);
      expect(removeHalfMade(file, REFUSED)).toBe(true);
      expect(existsSync(file)).toBe(false);
    }
  });

  test.each([
    ['that another process is making', 4096, LOCKED],
    ['with all its headers', 3 * 4096, REFUSED],
    ['that ends within a block', 5000, REFUSED],
  ])('is not a file %s, which is left as it is', (name, bytes, error) => {
    const file = files(name, bytes);
    const content = readFileSync(file);
    expect(removeHalfMade(file, error)).toBe(false);
    expect(readFileSync(file)).toEqual(content);
  });

  test('is not a file with a log, nor a missing one', () => {
    const file = files('logged', 4096);
    writeFileSync(`${file}.wal`, 'log');
    expect(removeHalfMade(file, REFUSED)).toBe(false);
    expect(existsSync(file)).toBe(true);
    expect(removeHalfMade(path.join(folder, 'missing'), REFUSED)).toBe(false);
  });
});
