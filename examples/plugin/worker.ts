// A worker of one's own that loads, too. Temporal is where the SDK's environment variables say, else at localhost:7233.
import { NativeConnection, Worker } from '@temporalio/worker';
import { tidemarkPlugin } from 'tidemark/plugin';
import * as activities from './activities';
import config from './config';

async function main(): Promise<void> {
  const connection = await NativeConnection.connect({ plugins: [tidemarkPlugin(config)] });
  const worker = await Worker.create({
    connection,
    taskQueue: 'shop',
    workflowsPath: require.resolve('./workflows'),
    activities,
  });
  await worker.run();
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
