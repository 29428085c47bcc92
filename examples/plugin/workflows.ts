// The workflows file of the worker: its own workflows, and tidemark's.
import { executeChild, proxyActivities } from '@temporalio/workflow';
import { tidemarkLoadInterval } from 'tidemark/workflows';
import type * as activities from './activities';

export * from 'tidemark/workflows';

const { announce } = proxyActivities<typeof activities>({ startToCloseTimeout: '10 seconds' });

/** Loads one day of orders, then announces how many there were. */
export async function closeDay(day: string): Promise<string> {
  const start = Date.parse(`${day}T00:00:00Z`);
  const at = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
  const interval = { start: at(start), end: at(start + 86_400_000) };
  const { outcomes } = await executeChild(tidemarkLoadInterval, {
    workflowId: `close-day-${day}-load`,
    args: [{ version: 1, pipeline: 'shop', time: { kind: 'interval', interval } }],
  });
  return announce(
    day,
    outcomes.reduce((rows, outcome) => rows + outcome.rows, 0),
  );
}
