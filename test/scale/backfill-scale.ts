/**
 * A backfill of thousands of one-minute chunks on a real server, continued as new every few hundred: shows that history,
 * payload and heap stay flat. Not part of the test suite: `npx jiti test/scale/backfill-scale.ts [chunks] [parallel]`.
 */
import type { History } from '@temporalio/worker';
import { awaitBackfill, startBackfill } from '../../src/temporal';
import { createWorker } from '../../workers';
import { fakeConfig, fakeEngine, fakePipeline, fakeSource } from '../temporal/fake-engine';
import { startTestServer } from '../temporal/test-server';

type HistoryEvent = NonNullable<History['events']>[number];

const CONTINUE_AFTER = 300;

async function main([chunks = '3000', parallel = '8']: readonly string[]): Promise<void> {
  const server = await startTestServer();
  const config = fakeConfig(
    [
      {
        pipeline: fakePipeline('scale'),
        source: () => fakeSource('s', ['r']),
        schedule: { cron: '* * * * *', startDate: '2024-01-01', paused: true },
      },
    ],
    { taskQueue: 'scale' },
  );
  const engine = fakeEngine();
  const worker = await createWorker({ access: server, config, engine });
  const { client } = server;
  const to = new Date(Date.UTC(2024, 0, 1) + Number(chunks) * 60_000).toISOString();
  const { workflowId, runId } = await startBackfill(
    { client, config },
    { pipeline: 'scale', to, parallel: Number(parallel) },
  );
  let heapMb = 0;
  const timer = setInterval(() => {
    heapMb = Math.max(heapMb, process.memoryUsage().heapUsed / 2 ** 20);
  }, 500);
  const began = Date.now();
  const end = await awaitBackfill({ client, workflowId });
  clearInterval(timer);
  const seconds = (Date.now() - began) / 1000;

  let [run, runs, longest, carried]: [string | undefined, number, number, number] = [runId, 0, 0, 0];
  while (run !== undefined) {
    const { events }: { readonly events?: readonly HistoryEvent[] | null } = await client.workflow
      .getHandle(workflowId, run)
      .fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    runs += 1;
    longest = Math.max(longest, events?.length ?? 0);
    carried = Math.max(carried, input?.length ?? 0);
    run = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId || undefined;
  }
  const starts = new Set(engine.requests.map(({ range }) => range?.interval?.start));
  const { loaded, failed, elsewhere, total } = end?.result ?? {};
  const figures = {
    ...{
      status: end?.status,
      total,
      loaded,
      failed,
      elsewhere,
      once: starts.size,
      loads: engine.requests.length,
    },
    ...{ seconds, perSecond: Number(chunks) / seconds, runs, continueAfter: CONTINUE_AFTER },
    ...{ longestHistory: longest, largestInputBytes: carried, peakHeapMb: Math.round(heapMb) },
  };
  process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
  await worker.stop();
  await server.close();
}

void main(process.argv.slice(2));
