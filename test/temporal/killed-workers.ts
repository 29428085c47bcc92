import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { startTestServer } from './test-server';

/** Of the file's tests. */
export let server: Awaited<ReturnType<typeof startTestServer>>;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  server = await startTestServer();
}, 180_000);
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await server.close();
});

/** A worker as a process of its own, which ends with the tests at the latest. */
export function startWorker(
  script: 'held-worker.js' | 'slow-worker.js',
  ...how: readonly 'hold'[]
): ChildProcess {
  const args = [path.join(__dirname, script), server.address, server.projectDir, ...how];
  const worker = spawn(process.execPath, args, { stdio: 'inherit' });
  workers.push(worker);
  return worker;
}
