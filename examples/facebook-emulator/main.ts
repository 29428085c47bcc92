// The emulator as a program of its own: prints one line of JSON with its address and credentials, and serves until it is stopped.
import { parseArgs } from 'node:util';
import { serveUntilStopped } from '../emulator-kit';
import { startFacebookEmulator } from './server';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      seed: { type: 'string' },
      ads: { type: 'string' },
      from: { type: 'string' },
    },
  });
  const emulator = await startFacebookEmulator({
    ...(values.port !== undefined && { port: Number(values.port) }),
    ...(values.seed !== undefined && { seed: Number(values.seed) }),
    ...(values.ads !== undefined && { ads: Number(values.ads) }),
    ...(values.from !== undefined && { from: values.from }),
  });
  await serveUntilStopped(emulator, ({ accountId, accessToken, appSecret }) => ({
    accountId,
    accessToken,
    appSecret,
  }));
}

void main();
