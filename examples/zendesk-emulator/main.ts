// The emulator as a program of its own: prints one line of JSON with its address and credentials, and serves until it is stopped.
import { parseArgs } from 'node:util';
import { startZendeskEmulator } from './server';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      'events-per-day': { type: 'string' },
    },
  });
  const emulator = await startZendeskEmulator({
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    ...(values.from === undefined ? {} : { from: values.from }),
    ...(values.to === undefined ? {} : { to: values.to }),
    ...(values['events-per-day'] === undefined
      ? {}
      : { perDay: { ticket_events: Number(values['events-per-day']) } }),
  });
  console.log(JSON.stringify({ url: emulator.url, credentials: emulator.credentials }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close());
}

void main();
