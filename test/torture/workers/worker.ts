import { createWorker } from '../../../workers';
import { type WorkerSettings, workersConfig } from './config';

/** The shortest that a busy machine bears: a killed worker is found out that much later. */
const HEARTBEAT_TIMEOUT_MS = 4_000;

/** A worker process for the settings that it is given as JSON; it ends when it is told to, or killed. */
async function main([json = '']: readonly string[]): Promise<void> {
  const settings = JSON.parse(json) as WorkerSettings;
  const worker = await createWorker({
    access: { connectOptions: { address: settings.address, namespace: 'default' } },
    config: workersConfig(settings),
    heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS,
    graceMs: 0,
  });
  process.send?.('polls');
  process.once('SIGTERM', () => void worker.stop());
  await worker.ended;
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
