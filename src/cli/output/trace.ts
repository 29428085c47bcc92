import type { HttpTimings, LoadTimings, RunTrace } from '../../operate';
import { formatCount, formatDuration, formatInterval, plural } from './format';
import { styleFor } from './style';
import { renderTable } from './table';
import type { Terminal } from './terminal';

/** What each part of a load is called, in their order. */
const PHASES = {
  turn: 'waited for another load of its resources',
  again: 'begun in vain: another load committed first',
  begin: 'looked at what is stored',
  extract: 'extracted',
  normalize: 'made tables',
  stage: 'commit: brought rows',
  lock: 'commit: waited for the database',
  plan: 'commit: planned',
  ddl: 'commit: changed tables',
  delete: 'commit: removed rows',
  insert: 'commit: wrote rows',
  records: 'commit: wrote schema, state and ledger',
  finish: 'commit: ended the transaction',
} as const satisfies Record<keyof LoadTimings['phasesMs'], string>;

/** A run: what it waited for, its attempts, and the parts of each load. */
export function renderTrace(terminal: Terminal, trace: RunTrace): string {
  const { pipeline, interval, status, totalMs, planMs, queueMs, attempts, resources } = trace;
  const { bold } = styleFor(terminal.colour);
  const took = totalMs === undefined ? 'runs' : `${status} in ${formatDuration(totalMs)}`;
  const head = `${bold(pipeline)} ${formatInterval(interval ?? undefined)}  ${took}: planned in ${formatDuration(planMs)}, waited ${formatDuration(queueMs)} for its turn`;
  const table = renderTable(
    terminal,
    ['task', 'attempt', '', 'paused before', 'waited for a worker', 'ran'],
    attempts.map(({ task, attempt, status: became, pausedMs, workerMs, ranMs }) => [
      task,
      attempt,
      became,
      pausedMs === 0 ? '' : formatDuration(pausedMs),
      workerMs === undefined ? '' : formatDuration(workerMs),
      ranMs === undefined ? '' : formatDuration(ranMs),
    ]),
  );
  const timed = renderTimings(terminal, resources);
  return [head, ...(attempts.length > 0 ? [table] : []), ...(timed === '' ? [] : [timed])].join('\n\n');
}

/** The parts of each load that was measured, those of a resource and of what was loaded with it under its name. */
export function renderTimings(
  terminal: Terminal,
  resources: readonly {
    readonly resource: string;
    readonly rows: number;
    readonly timings?: LoadTimings | undefined;
  }[],
): string {
  const { bold } = styleFor(terminal.colour);
  return resources
    .flatMap(({ resource, rows, timings }) =>
      timings === undefined
        ? []
        : [
            `${bold(resource)}  ${plural(rows, 'row')} in ${formatDuration(timings.totalMs)}\n${linesOf(timings).join('\n')}`,
          ],
    )
    .join('\n\n');
}

function linesOf({ phasesMs, http }: LoadTimings): string[] {
  const there = Object.entries(PHASES).flatMap(([phase, words]) => {
    const ms = phasesMs[phase as keyof typeof PHASES];
    return ms === undefined ? [] : [{ phase, words, time: milliseconds(ms) }];
  });
  const width = Math.max(0, ...there.map(({ words }) => words.length));
  const wide = Math.max(0, ...there.map(({ time }) => time.length));
  return there.flatMap(({ phase, words, time }) => [
    `  ${words.padEnd(width)}  ${time.padStart(wide)}`,
    ...(phase === 'extract' && http !== undefined ? [`    ${httpText(http)}`] : []),
  ]);
}

function httpText({ requests, bytes, answeringMs, parsingMs, waitingMs }: HttpTimings): string {
  const waits = Object.entries(waitingMs).map(
    ([reason, ms]) => `, ${milliseconds(ms)} of waiting (${reason})`,
  );
  return `${plural(requests, 'request')}, ${formatCount(bytes)} bytes: ${milliseconds(answeringMs)} until answered, ${milliseconds(parsingMs)} of parsing${waits.join('')}`;
}

/** A second or more as a person says it, less in milliseconds. */
const milliseconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : formatDuration(ms));
