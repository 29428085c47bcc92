// The emulator as a program of its own: prints one line of JSON with its address and players, and serves until it is stopped.
import { parseArgs } from 'node:util';
import { serveUntilStopped } from '../emulator-kit';
import { startChessEmulator } from './server';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string' },
      now: { type: 'string' },
    },
  });
  const emulator = await startChessEmulator({
    ...(values.port !== undefined && { port: Number(values.port) }),
    ...(values.seed !== undefined && { seed: Number(values.seed) }),
    ...(values.from !== undefined && { from: values.from }),
    ...(values.now !== undefined && { now: values.now }),
  });
  await serveUntilStopped(emulator, ({ players }) => ({ players }));
}

void main();
