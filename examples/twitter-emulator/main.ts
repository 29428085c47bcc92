// The emulator as a program of its own: prints one line of JSON with its address and token, and serves until it is stopped.
import { givenOptions, serveUntilStopped } from '../emulator-kit';
import { startTwitterEmulator } from './server';

async function main(): Promise<void> {
  const {
    term: terms,
    'every-seconds': everySeconds,
    ...options
  } = givenOptions({ port: 'number', seed: 'number', term: 'texts', 'every-seconds': 'number' });
  const emulator = await startTwitterEmulator({
    ...options,
    terms,
    everySeconds,
  });
  await serveUntilStopped(emulator, ({ credentials, terms: known }) => ({ credentials, terms: known }));
}

void main();
