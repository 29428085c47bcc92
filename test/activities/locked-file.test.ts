import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../root';
import { type RealLoad, realLoad } from './real-load';

let load: RealLoad;
let other: ChildProcess | undefined;
afterEach(() => {
  other?.kill('SIGKILL');
  load.remove();
});

/** Another process that has the file open until it is told to go. */
async function heldByAnother(file: string): Promise<ChildProcess> {
  const script = `require('@duckdb/node-api').DuckDBInstance.create(process.argv[1]).then(() => { console.log('held'); process.stdin.resume(); process.stdin.on('end', () => process.exit()); })`;
  other = spawn(process.execPath, ['-e', script, file], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  await once(other.stdout!, 'data');
  return other;
}

const one = () => [[{ id: 1 }]];

test('a load waits for the program that holds its file, heartbeating, and goes on when that lets go', async () => {
  load = realLoad(one);
  const program = await heldByAnother(load.file);
  let beats = 0;
  load.environment.on('heartbeat', () => {
    beats += 1;
    if (beats === 3) program.stdin!.end();
  });
  expect(await load.run()).toMatchObject({ outcomes: [{ status: 'loaded', rows: 1 }] });
  expect(beats).toBeGreaterThanOrEqual(3);
  expect(await load.count()).toEqual([{ n: 1 }]);
});

test('after its patience it fails, naming that program, its PID and the cure', async () => {
  load = realLoad(one, { lockWaitMs: 700 });
  const { pid } = await heldByAnother(load.file);
  const failed = load.run();
  await expect(failed).rejects.toMatchObject({ type: 'DESTINATION_LOCKED', nonRetryable: false });
  await expect(failed).rejects.toThrow(
    new RegExp(`held by .*\\(PID ${pid}\\).*Close it there, or wait.*waited for`),
  );
});

test('a cancel ends the waiting', async () => {
  load = realLoad(one);
  await heldByAnother(load.file);
  load.environment.once('heartbeat', () => load.environment.cancel());
  await expect(load.run()).rejects.toMatchObject({ name: 'CancelledFailure' });
});
