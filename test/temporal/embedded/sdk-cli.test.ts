import { IllegalStateError, Runtime } from '@temporalio/worker';
import { findCli } from '../../../src/temporal';
import { startAndStop } from '../../../src/temporal/embedded/sdk-cli';
import { testEnvironment } from '../test-server';

test("the SDK's runtime starts and stops a server of a CLI, and is gone afterwards", async () => {
  const cli = await findCli({ env: testEnvironment() });
  await startAndStop({ type: 'existing-path', path: cli });
  expect(() => Runtime.install({})).not.toThrow(IllegalStateError);
});

test('a CLI that is not there fails', async () => {
  await expect(startAndStop({ type: 'existing-path', path: '/nonexistent/temporal' })).rejects.toThrow();
});
