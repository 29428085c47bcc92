// The emulator as a program of its own: prints one line of JSON with its address and key, and serves until it is stopped.
import { parseArgs } from 'node:util';
import { serveUntilStopped } from '../emulator-kit';
import { startStripeEmulator } from './server';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      seed: { type: 'string' },
      size: { type: 'string' },
      from: { type: 'string' },
      now: { type: 'string' },
    },
  });
  const emulator = await startStripeEmulator({
    ...(values.port !== undefined && { port: Number(values.port) }),
    ...(values.seed !== undefined && { seed: Number(values.seed) }),
    ...(values.size !== undefined && { size: Number(values.size) }),
    ...(values.from !== undefined && { from: values.from }),
    ...(values.now !== undefined && { now: values.now }),
  });
  await serveUntilStopped(emulator, ({ credentials }) => ({ credentials }));
}

void main();
