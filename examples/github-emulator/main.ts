// The emulator as a program of its own: prints one line of JSON with its address and the source's config, and serves until it is stopped.
import { givenOptions, serveUntilStopped } from '../emulator-kit';
import { startGithubEmulator } from './server';

async function main(): Promise<void> {
  const { now, others, ...options } = givenOptions({
    port: 'number',
    seed: 'number',
    from: 'text',
    to: 'text',
    issues: 'number',
    now: 'text',
    others: 'text',
  });
  // its clock goes on from the end of the data: of what is older than 30 days GitHub gives no events
  const behind = Date.now() - Date.parse(now ?? options.to ?? '2024-02-01');
  const emulator = await startGithubEmulator({
    now: () => Date.now() - behind,
    others: others?.split(','),
    ...options,
  });
  await serveUntilStopped(emulator, ({ config }) => ({ config }));
}

void main();
