// The bucket as a program of its own: prints one line of JSON with its address and keys, and serves until it is stopped.
import { givenOptions, serveUntilStopped } from '../emulator-kit';
import { fillWithBatches } from './batches';
import { startS3Emulator } from './server';

async function main(): Promise<void> {
  const {
    from = '2024-03-01',
    days = 31,
    ...options
  } = givenOptions({
    port: 'number',
    from: 'text',
    days: 'number',
  });
  const emulator = await startS3Emulator(options);
  const rows = fillWithBatches(emulator, { from, days });
  await serveUntilStopped(emulator, ({ bucket, keys }) => ({
    location: `s3://${bucket}/crm`,
    ...keys,
    rows,
  }));
}

void main();
