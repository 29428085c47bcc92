import type { Client } from '@temporalio/client';
import { awaitBackfill, awaitRun, listRuns, type RunSummary, readBackfillProgress } from '../../temporal';
import { backfillBar } from '../output/backfill-progress';
import { formatDuration, plural } from '../output/format';
import { createProgress, mark } from '../output/progress';
import type { Terminal } from '../output/terminal';
import { timesIn } from '../output/times';
import { pause } from '../session/interruption';

const ASK_EVERY_MS = 2_000;
/** Who watches sees one backfill at a time; a worker that is busy answers later. */
const QUERY_WITHIN_MS = 1_000;

/** What is printed of the runs of a deployment. */
export interface EndedRunsOptions {
  readonly terminal: Terminal;
  readonly client: Client;
  /** The zone of a pipeline's schedule, as the config has it now. */
  readonly zoneOf: (pipeline: string) => string | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Prints a line for each run and backfill that ends from now on, with its pipeline and rows, until the signal aborts. Where
 * a person watches, a backfill that is under way is shown below them.
 */
export async function printEndedRuns(options: EndedRunsOptions): Promise<void> {
  const { terminal, client, signal } = options;
  const progress = createProgress(terminal);
  const since = Date.now();
  const printed = new Set<string>();
  while (!signal.aborted) {
    // the next round asks again: a server that is busy now misses none
    const runs = await listRuns(client, { limit: 50 }).catch((): RunSummary[] => []);
    for (const run of [...runs].reverse()) {
      if (run.closedAt === undefined || run.closedAt.getTime() < since || printed.has(run.runId)) continue;
      printed.add(run.runId);
      progress.line(await lineOf(options, run, run.closedAt));
    }
    const running = runs.find(({ kind, closedAt }) => kind === 'backfill' && closedAt === undefined);
    if (terminal.interactive) progress.update(running === undefined ? '' : await underWay(options, running));
    await pause(ASK_EVERY_MS, signal);
  }
  progress.end();
}

/** A run that ended: `✓ shop  [2024-01-01, 2024-01-02)  1,234 rows  3.1 s`. */
async function lineOf(options: EndedRunsOptions, run: RunSummary, closedAt: Date): Promise<string> {
  const { terminal, zoneOf } = options;
  const { status, workflowId, pipeline, kind, interval, startedAt } = run;
  const took = formatDuration(closedAt.getTime() - startedAt.getTime());
  const times = timesIn(zoneOf(pipeline));
  const ok = status === 'completed';
  return [
    `${mark(terminal, ok ? 'done' : 'failed')} ${pipeline === '' ? workflowId : pipeline}`,
    ...(kind === 'backfill' ? [workflowId] : []),
    ...(interval ? [times.interval(interval)] : []),
    ...(await loadedBy(options, run)),
    ok ? took : `${status} after ${took}: tidemark show ${workflowId}`,
  ].join('  ');
}

/** Its rows, as its result says; nothing where that can't be had. */
async function loadedBy(
  { client, signal }: EndedRunsOptions,
  { workflowId, runId, kind }: RunSummary,
): Promise<string[]> {
  const watched = { client, workflowId, runId, signal };
  try {
    if (kind === 'load') {
      const end = await awaitRun(watched);
      if (end?.result === undefined) return [];
      return [
        plural(
          end.result.outcomes.reduce((sum, { rows }) => sum + rows, 0),
          'row',
        ),
      ];
    }
    const { result } = (await awaitBackfill(watched)) ?? {};
    return result === undefined ? [] : [plural(result.loaded, 'interval'), plural(result.rows, 'row')];
  } catch {
    // the line is there all the same, and `show` says more
    return [];
  }
}

async function underWay({ client, zoneOf }: EndedRunsOptions, run: RunSummary): Promise<string> {
  const state = await readBackfillProgress(client, run.workflowId, QUERY_WITHIN_MS);
  return state === undefined ? '' : `${run.pipeline}${backfillBar(state, { zone: zoneOf(run.pipeline) })}`;
}
