// A worker as a process of its own, for tests that kill it: joins the server of the project it is started in.
import { environmentVariables, loadConfigFile, resolveConfig } from '../../src/config';
import type { Pipeline } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { openTemporal } from '../../src/temporal';
import { createWorker } from '../../workers';

/** The shortest that a busy machine bears: a killed worker is found out that much later. */
const HEARTBEAT_TIMEOUT_MS = 4_000;

async function main(): Promise<void> {
  const loaded = await loadConfigFile<Pipeline, Source>();
  const config = resolveConfig(loaded.config);
  const access = await openTemporal({
    temporal: config.temporal,
    env: environmentVariables(),
    projectDir: process.cwd(),
  });
  const worker = await createWorker({
    access,
    config,
    heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS,
    graceMs: 0,
    host: process.env['HOST_OF_TEST'],
  });
  console.log('working');
  process.once('SIGTERM', () => void worker.stop());
  await worker.ended;
  await access.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
