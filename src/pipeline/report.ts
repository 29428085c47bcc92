import type { LoadTimings } from '../contracts';
import type { CommitOutcome, CommittedLoad } from '../destination';
import type { NormalizeResult } from '../normalize';
import { ownField } from '../value';
import { type Failure, failureOf } from './failure';
import { fatesOf } from './fates';
import type { ResourceRun } from './resource-run';
import type { CursorReport, ResourceReport } from './types';

const nothing = {
  rows: 0,
  tables: {},
  extracted: {},
  counts: {},
  discarded: {},
  bytes: 0,
  pages: 0,
  seconds: 0,
  schemaChanges: [],
  loadId: undefined,
  cursors: [],
  warnings: [],
} as const;

/** The report of a resource whose load key was committed before. */
export const answeredReport = (resource: string, known: CommittedLoad): ResourceReport => ({
  ...nothing,
  resource,
  status: 'skipped',
  rows: known.rows.find((row) => row.resource === resource)?.rows ?? 0,
  loadId: known.loadId,
});

/** The report of a resource that was not loaded, and why. */
export const reportWithoutLoad = (
  resource: string,
  status: 'failed' | 'skipped',
  failure: Failure,
): ResourceReport => ({ ...nothing, resource, status, error: { resource, ...failure } });

/** The report of a resource whose load failed. */
export const failedReport = (resource: string, error: unknown, seconds: number): ResourceReport => ({
  ...reportWithoutLoad(resource, 'failed', failureOf(error)),
  seconds,
});

const cursorReports = (run: ResourceRun): CursorReport[] =>
  Object.values(run.incrementals).map(({ cursor, exact, stateless }) => ({
    path: cursor,
    start: plainJson(exact.startValue),
    end: plainJson(exact.endValue),
    last: plainJson(exact.lastValue),
    stateless,
  }));

/** A cursor value as JSON has it: instants, days and decimals as text, and an integer beyond 2^53 too. */
function plainJson(value: unknown): unknown {
  if (value === undefined) return null;
  return JSON.parse(
    JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item)) ??
      'null',
  );
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function discardWarnings({ discarded }: NormalizeResult): string[] {
  return Object.entries(discarded).map(([table, { rows, values }]) => {
    const what = [rows > 0 && counted(rows, 'row'), values > 0 && counted(values, 'value')];
    return `the schema contract left out ${what.filter(Boolean).join(' and ')} of table ${table}`;
  });
}

/** The report of a resource that was loaded. */
export function loadedReport(loaded: {
  readonly run: ResourceRun;
  readonly result: NormalizeResult;
  readonly outcome: CommitOutcome;
  /** Whether it is the first of those that were committed together. */
  readonly first: boolean;
  readonly measured: { readonly seconds: number; readonly bytes: number; readonly timings: LoadTimings };
}): ResourceReport {
  const { run, result, outcome, first } = loaded;
  const { timings, ...measured } = loaded.measured;
  const counts = Object.entries(outcome.tables).filter(([table]) => Object.hasOwn(result.rows, table));
  return {
    ...measured,
    resource: run.name,
    status: outcome.status,
    rows: ownField(outcome.rows, run.name) ?? 0,
    tables: Object.fromEntries(counts.map(([table, count]) => [table, count.inserted + count.updated])),
    extracted: result.rows,
    counts: Object.fromEntries(counts),
    cost: first ? outcome.cost : undefined,
    timings: first ? timings : undefined,
    fates: fatesOf(new Map(counts), result.rootTables),
    discarded: result.discarded,
    pages: run.pages,
    schemaChanges: result.schemaChanges,
    loadId: outcome.loadId,
    cursors: cursorReports(run),
    warnings: [...run.warnings, ...discardWarnings(result)],
  };
}
