import type { Client } from '@temporalio/client';
import { type BackfillInput, type BackfillRange, catchUpId, MEMO_KEY, WORKFLOWS } from '../contracts';
import { beginOrFind } from './started-input';
import type { CatchUpStart, Difference } from './types';

/**
 * Starts the catch-up of an entry. One runs at a time: if it runs already, nothing happens, and in what that one differs
 * from what is asked for now is said.
 */
export async function startCatchUp(options: {
  readonly client: Client;
  readonly pipeline: string;
  readonly taskQueue: string;
  readonly range: BackfillRange;
  /** Intervals at a time; they take slots like live runs. @default 1 */
  readonly parallel?: number | undefined;
}): Promise<CatchUpStart> {
  const { client, pipeline, taskQueue, range, parallel = 1 } = options;
  const workflowId = catchUpId(pipeline);
  const input: BackfillInput = { version: 1, pipeline, kind: 'catchup', range, parallel };
  const begun = await beginOrFind(client, {
    workflowType: WORKFLOWS.backfill,
    workflowId,
    taskQueue,
    input,
    memo: { [MEMO_KEY]: { pipeline, kind: 'catchup' } },
  });
  const differences = begun.started ? [] : catchUpDifferences(begun.input, input);
  return {
    pipeline,
    workflowId,
    from: range.from,
    to: range.to,
    started: begun.started,
    differences: differences.length === 0 ? undefined : differences,
  };
}

/** What is asked for now and the running catch-up doesn't do. */
function catchUpDifferences(running: BackfillInput, asked: BackfillInput): Difference[] {
  const differences: Difference[] = [];
  const note = (field: string, from: unknown, to: unknown): void => {
    if (from !== to) differences.push({ field, from: String(from), to: String(to) });
  };
  note('from', running.range.from, asked.range.from);
  note('to', running.range.to, asked.range.to);
  const parallel = asked.parallel ?? 1;
  if (running.parallel !== parallel)
    note('parallel', running.carried?.parallel ?? running.parallel ?? 1, parallel);
  return differences;
}
