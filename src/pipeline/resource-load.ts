import type { CursorLoad, DatasetSnapshot, ResourceLoad } from '../destination';
import type { BoundIncremental } from '../incremental';
import type { Interval } from '../interval';
import type { NormalizeResult } from '../normalize';
import type { NamingRules } from '../schema';
import { type KeyHint, keyColumns, type MergeDisposition } from '../source';
import type { StateObject } from '../state';
import { ownField, Timestamp } from '../value';
import type { ResolvedRequest } from './load-request';
import type { ResourceRun } from './resource-run';

/** Column names as the tables have them. */
const normalizedKey = (key: KeyHint | undefined, naming: NamingRules): readonly string[] =>
  (keyColumns(key) ?? []).map((name) => naming.path(name));

const mergeOf = ({ disposition }: ResourceRun): MergeDisposition | undefined =>
  typeof disposition === 'object' ? disposition : undefined;

function cursorLoad(
  name: string,
  incremental: BoundIncremental,
  { run, naming }: { readonly run: ResourceRun; readonly naming: NamingRules },
): CursorLoad {
  const { exact } = incremental;
  const options = {
    ...run.definition.incremental[name]!.options,
    ...ownField(run.definition.overrides, name),
  };
  return {
    path: incremental.cursor,
    column: incremental.cursorColumn === undefined ? undefined : naming.path(incremental.cursorColumn),
    lastValueFunc: incremental.func,
    before: ownField(run.stored.cursors, incremental.cursor),
    after: incremental.state(),
    range: {
      start: exact.startValue,
      end: exact.endValue,
      rangeStart: options.rangeStart,
      rangeEnd: options.rangeEnd,
    },
    lag: (options.lag ?? 0) !== 0,
  };
}

/** The time really covered: that of the incremental that the interval joined, else of the first one whose cursor is a time. */
function coveredRange(run: ResourceRun): Interval | undefined {
  const incrementals = Object.values(run.incrementals);
  const known =
    incrementals.find((one) => one.joined) ?? incrementals.find((one) => one.covered.end !== undefined);
  const { start, end } = known?.covered ?? {};
  if (start === undefined || end === undefined || end.micros < start.micros) return undefined;
  return { start: start.toString(), end: end.toString() };
}

const dispositionName = ({ disposition }: ResourceRun): ResourceLoad['disposition'] =>
  typeof disposition === 'object' ? disposition.disposition : disposition;

function boundaryOf(run: ResourceRun): Timestamp | undefined {
  const text = mergeOf(run)?.boundaryTimestamp;
  return text === undefined ? undefined : Timestamp.fromMillis(Date.parse(text));
}

/** The column with a hint, in the source's spelling. */
function hintedColumn(run: ResourceRun, hint: 'hardDelete' | 'dedupSort'): string | undefined {
  return Object.entries(run.definition.settings.columns ?? {}).find(([, column]) => column[hint])?.[0];
}

/** What the destination needs to know of one resource of the load. */
export function makeResourceLoad(options: {
  readonly run: ResourceRun;
  readonly request: ResolvedRequest;
  /** Undefined for a resource that is extracted for its transformers only. */
  readonly result: NormalizeResult | undefined;
  readonly snapshot: DatasetSnapshot;
  readonly naming: NamingRules;
}): ResourceLoad {
  const { run, request, result, snapshot, naming } = options;
  const { settings } = run.definition;
  const incrementals = Object.values(run.incrementals);
  const hardDelete = hintedColumn(run, 'hardDelete');
  const sortColumn = hintedColumn(run, 'dedupSort');
  const sortOrder = Object.values(settings.columns ?? {}).find((column) => column.dedupSort)?.dedupSort;
  return {
    resource: run.name,
    tables: result?.rootTables ?? [],
    disposition: run.loaded ? dispositionName(run) : 'skip',
    strategy: mergeOf(run)?.strategy,
    primaryKey: normalizedKey(settings.primaryKey, naming),
    mergeKey: normalizedKey(settings.mergeKey, naming),
    hardDelete: hardDelete === undefined ? undefined : naming.path(hardDelete),
    dedupSort:
      sortColumn === undefined || sortOrder === undefined
        ? undefined
        : { column: naming.path(sortColumn), order: sortOrder },
    stateless: incrementals.length > 0 && incrementals.every((one) => one.stateless),
    cursors: Object.entries(run.incrementals).map(([name, incremental]) =>
      cursorLoad(name, incremental, { run, naming }),
    ),
    customState: { before: run.stored.custom, after: run.state as StateObject },
    interval: request.range.interval ?? undefined,
    covered: coveredRange(run),
    generation: ownField(snapshot.generations, run.name) ?? 0,
    fullRefresh: run.fullRefresh,
    onRerun: request.replaceSlice === true ? 'replace' : settings.onRerun,
    force: request.force,
    boundary: boundaryOf(run),
  };
}
