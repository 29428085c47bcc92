// Starts the workflow for a day: `npx tsx client.ts 2024-01-31`.
import { Client, Connection } from '@temporalio/client';
import { tidemarkPlugin } from 'tidemark/plugin';
import config from './config';
import type { closeDay } from './workflows';

async function main(day = '2024-01-31'): Promise<void> {
  const plugin = tidemarkPlugin(config);
  const client = new Client({
    connection: await Connection.connect({ plugins: [plugin] }),
    plugins: [plugin],
  });
  const text = await client.workflow.execute<typeof closeDay>('closeDay', {
    taskQueue: 'shop',
    workflowId: `close-day-${day}`,
    args: [day],
  });
  console.log(text);
  await client.connection.close();
}

void main(process.argv[2]).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
