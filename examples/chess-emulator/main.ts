// The emulator as a program of its own: prints one line of JSON with its address and players, and serves until it is stopped.
import { givenOptions, serveUntilStopped } from '../emulator-kit';
import { startChessEmulator } from './server';

async function main(): Promise<void> {
  const emulator = await startChessEmulator(
    givenOptions({ port: 'number', seed: 'number', from: 'text', now: 'text' }),
  );
  await serveUntilStopped(emulator, ({ players }) => ({ players }));
}

void main();
