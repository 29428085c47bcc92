// The emulator as a program of its own: prints one line of JSON with its address and credentials, and serves until it is stopped.
import { givenOptions, serveUntilStopped } from '../emulator-kit';
import { startZendeskEmulator } from './server';

async function main(): Promise<void> {
  const { 'events-per-day': perDay, ...options } = givenOptions({
    port: 'number',
    seed: 'number',
    from: 'text',
    to: 'text',
    'events-per-day': 'number',
  });
  const emulator = await startZendeskEmulator({
    ...options,
    perDay: { ticket_events: perDay },
  });
  await serveUntilStopped(emulator, ({ credentials }) => ({ credentials }));
}

void main();
