// Runs the emulator of BigQuery until Ctrl-C, for `npm run bigquery-check -- --endpoint`: prints its address and its project.
import { startBigQuery } from '../emulators/bigquery';

async function main(): Promise<void> {
  const fake = await startBigQuery();
  process.stdout.write(`--endpoint ${fake.endpoint} --project ${fake.projectId}\n`);
  process.once('SIGINT', () => void fake.close());
  process.once('SIGTERM', () => void fake.close());
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
