import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Log } from '../../src';
import { freshPlace, temporaryFolder } from './harness';

const folder = temporaryFolder();

const HOLDER = `
const { DuckDBInstance } = require('@duckdb/node-api');
DuckDBInstance.create(process.argv[1]).then((instance) => {
  console.log('held');
  process.stdin.once('data', () => { instance.closeSync(); process.exit(); });
});`;

test('a run waits for a file that another program holds, and says by which one', async () => {
  const place = freshPlace(folder);
  const holder = spawn(process.execPath, ['-e', HOLDER, place.file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  await once(holder.stdout, 'data');
  const warnings: string[] = [];
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    error: () => undefined,
    warn: (message) => {
      warnings.push(message);
      holder.stdin.write('let go');
    },
  };
  await using p = place.pipeline();
  await p.run([{ id: 1 }], { tableName: 'items', log });
  await ended;
  expect(warnings).toEqual([expect.stringMatching(new RegExp(`^Waiting up to 60 s .*PID ${holder.pid}`))]);
  await p.close();
  expect(await place.values('SELECT id FROM data.items')).toEqual([1]);
});
