import type { Client } from '@temporalio/client';
import { listRuns, type RunSummary } from '../../temporal';
import { formatDuration, formatInterval } from '../output/format';
import { mark } from '../output/progress';
import type { Terminal } from '../output/terminal';
import { pause } from '../session/interruption';

const ASK_EVERY_MS = 2_000;

/** Prints a line for each run and backfill that ends from now on, until the signal aborts. */
export async function printEndedRuns(
  terminal: Pick<Terminal, 'err' | 'colour'>,
  client: Client,
  signal: AbortSignal,
): Promise<void> {
  const since = Date.now();
  const printed = new Set<string>();
  while (!signal.aborted) {
    // the next round asks again: a server that is busy now misses none
    const runs = await listRuns(client, { limit: 50 }).catch((): RunSummary[] => []);
    for (const run of runs.reverse()) {
      if (run.closedAt === undefined || run.closedAt.getTime() < since || printed.has(run.runId)) continue;
      printed.add(run.runId);
      terminal.err(lineOf(terminal, run, run.closedAt));
    }
    await pause(ASK_EVERY_MS, signal);
  }
}

function lineOf(terminal: Pick<Terminal, 'colour'>, run: RunSummary, closedAt: Date): string {
  const { status, workflowId, interval, startedAt } = run;
  const took = formatDuration(closedAt.getTime() - startedAt.getTime());
  const ok = status === 'completed';
  return [
    `${mark(terminal, ok ? 'done' : 'failed')} ${workflowId}`,
    ...(interval ? [formatInterval(interval)] : []),
    ok ? took : `${status} after ${took}: tidemark show ${workflowId}`,
  ].join('  ');
}
