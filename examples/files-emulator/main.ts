// The bucket as a program of its own: prints one line of JSON with its address and keys, and serves until it is stopped.
import { parseArgs } from 'node:util';
import { serveUntilStopped } from '../emulator-kit';
import { fillWithBatches } from './batches';
import { startS3Emulator } from './server';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, from: { type: 'string' }, days: { type: 'string' } },
  });
  const emulator = await startS3Emulator(values.port === undefined ? {} : { port: Number(values.port) });
  const rows = fillWithBatches(emulator, {
    from: values.from ?? '2024-03-01',
    days: Number(values.days ?? '31'),
  });
  await serveUntilStopped(emulator, ({ bucket, keys }) => ({
    location: `s3://${bucket}/crm`,
    ...keys,
    rows,
  }));
}

void main();
