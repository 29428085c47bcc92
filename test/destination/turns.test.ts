import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { duckdb, withLoadWatch } from '../../src/destination';
import { isAwaited, noteWaiting } from '../../src/destination/duckdb/turns';

const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-turns-'));
const file = path.join(folder, 'shared.duckdb');
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const count = (): Promise<number> =>
  withLoadWatch({ lockWaitMs: 30_000 }, async () => {
    const dataset = await duckdb({ path: file }).open({ pipeline: 'p', dataset: 'd', workDir: folder });
    const { rows } = await dataset.query('select count(*)::integer as n from d._tidemark_claims');
    await dataset.close();
    return Number(rows[0]?.['n']);
  });

test('a process that works on a file without a pause gives it to one that waits, and goes on', async () => {
  const program = path.join(__dirname, 'turns-process.js');
  const child = spawn(process.execPath, [program, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  const first = await count();
  await once(child.stdout, 'data');
  child.stdin.end();
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  const last = await count();
  expect(first).toBeGreaterThan(0);
  expect(last).toBeGreaterThan(first);
  expect(existsSync(`${file}.waiting`)).toBe(false);
});

test('a note of its own, or one that nobody renews, makes nobody stand back', () => {
  const other = path.join(folder, 'other.duckdb');
  expect(isAwaited(other)).toBe(false);
  noteWaiting(other);
  expect(isAwaited(other)).toBe(false);
  writeFileSync(`${other}.waiting`, '1\n');
  expect(isAwaited(other)).toBe(true);
  const old = new Date(Date.now() - 60_000);
  utimesSync(`${other}.waiting`, old, old);
  expect(isAwaited(other)).toBe(false);
  expect(existsSync(`${other}.waiting`)).toBe(false);
});
