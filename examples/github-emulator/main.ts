// The emulator as a program of its own: prints one line of JSON with its address and the source's config, and serves until it is stopped.
import { parseArgs } from 'node:util';
import { serveUntilStopped } from '../emulator-kit';
import { startGithubEmulator } from './server';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      issues: { type: 'string' },
      now: { type: 'string' },
    },
  });
  // its clock goes on from the end of the data: of what is older than 90 days GitHub gives no events
  const behind = Date.now() - Date.parse(values.now ?? values.to ?? '2024-02-01');
  const emulator = await startGithubEmulator({
    now: () => Date.now() - behind,
    ...(values.port !== undefined && { port: Number(values.port) }),
    ...(values.seed !== undefined && { seed: Number(values.seed) }),
    ...(values.from !== undefined && { from: values.from }),
    ...(values.to !== undefined && { to: values.to }),
    ...(values.issues !== undefined && { issues: Number(values.issues) }),
  });
  await serveUntilStopped(emulator, ({ config }) => ({ config }));
}

void main();
