// The emulator as a program of its own: prints one line of JSON with its address and key, and serves until it is stopped.
import { givenOptions, serveUntilStopped } from '../emulator-kit';
import { startStripeEmulator } from './server';

async function main(): Promise<void> {
  const emulator = await startStripeEmulator(
    givenOptions({ port: 'number', seed: 'number', size: 'number', from: 'text', now: 'text' }),
  );
  await serveUntilStopped(emulator, ({ credentials }) => ({ credentials }));
}

void main();
