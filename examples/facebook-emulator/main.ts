// The emulator as a program of its own: prints one line of JSON with its address and credentials, and serves until it is stopped.
import { givenOptions, serveUntilStopped } from '../emulator-kit';
import { startFacebookEmulator } from './server';

async function main(): Promise<void> {
  const emulator = await startFacebookEmulator(
    givenOptions({ port: 'number', seed: 'number', ads: 'number', from: 'text' }),
  );
  await serveUntilStopped(emulator, ({ accountId, accessToken, appSecret }) => ({
    accountId,
    accessToken,
    appSecret,
  }));
}

void main();
