// The emulator as a program of its own: prints one line of JSON with its address and token, and serves until it is stopped.
import { parseArgs } from 'node:util';
import { serveUntilStopped } from '../emulator-kit';
import { startTwitterEmulator } from './server';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      seed: { type: 'string' },
      term: { type: 'string', multiple: true },
      'every-seconds': { type: 'string' },
    },
  });
  const emulator = await startTwitterEmulator({
    ...(values.port !== undefined && { port: Number(values.port) }),
    ...(values.seed !== undefined && { seed: Number(values.seed) }),
    ...(values.term !== undefined && { terms: values.term }),
    ...(values['every-seconds'] !== undefined && { everySeconds: Number(values['every-seconds']) }),
  });
  await serveUntilStopped(emulator, ({ credentials, terms }) => ({ credentials, terms }));
}

void main();
