import type { Dataset } from '../destination';
import { LEDGER_TABLE } from '../ledger';
import type { Entry } from '../run';
import { listRuns } from '../temporal';
import type { Access } from './access';
import { entryResources } from './entry-resources';
import { isOneOf } from './schema-versions';

/** What the loads of an interval brought. */
export interface IntervalTotal {
  readonly start: string;
  readonly end: string;
  /** Of all resources; superseded loads don't count. */
  readonly rows: number;
  /** Temporal's id of the run whose load was committed last; null for a run without Temporal. */
  readonly runId: string | null;
}

const MOST_INTERVALS = 500;
/** Runs by which an interval was loaded are more than one where something was loaded again, or each component for itself. */
const MOST_GROUPS = 4 * MOST_INTERVALS;
/** The most runs that are asked for, one answer of the server. */
const MOST_RUNS = 1000;

/** Sums up the ledger's loaded rows of the newest intervals, oldest first, within the database. */
export async function recentIntervals(
  entry: Entry,
  dataset: Pick<Dataset, 'quote' | 'qualify' | 'query'>,
): Promise<IntervalTotal[]> {
  const bySource = groupsOf(entryResources(entry), ({ source }) => source);
  const ours = [...bySource.values()].map(
    (resources) => `(source = ? AND ${isOneOf('resource', resources)})`,
  );
  const { rows } = await dataset.query(
    `SELECT interval_start, interval_end, run_id, sum(${dataset.quote('rows')}) AS total, max(committed_at) AS committed` +
      ` FROM ${dataset.qualify(LEDGER_TABLE)} WHERE status = 'loaded' AND interval_start IS NOT NULL AND interval_end IS NOT NULL` +
      ` AND (${ours.join(' OR ')}) GROUP BY interval_start, interval_end, run_id ORDER BY interval_start DESC, interval_end DESC LIMIT ${MOST_GROUPS}`,
    [...bySource].flatMap(([source, resources]) => [source, ...resources.map(({ resource }) => resource)]),
  );
  const newestFirst = [...groupsOf(rows, intervalOf).values()].map(totalOf);
  // of the last one, rows may be beyond the limit
  const whole = rows.length < MOST_GROUPS ? newestFirst : newestFirst.slice(0, -1);
  return whole.slice(0, MOST_INTERVALS).reverse();
}

type Group = Readonly<Record<string, unknown>>;

const intervalOf = (row: Group): string => `${String(row['interval_start'])} ${String(row['interval_end'])}`;

const committedAt = (row: Group): number => Date.parse(String(row['committed']));

function groupsOf<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function totalOf(groups: readonly Group[]): IntervalTotal {
  const first = groups[0]!;
  const newest = groups.reduce((one, other) => (committedAt(other) > committedAt(one) ? other : one));
  return {
    start: String(first['interval_start']),
    end: String(first['interval_end']),
    // a sum of whole numbers is a decimal in some databases
    rows: groups.reduce((sum, { total }) => sum + Number(String(total)), 0),
    runId: typeof newest['run_id'] === 'string' ? newest['run_id'] : null,
  };
}

/**
 * How many seconds the newest runs of an entry took that have ended, by run id. Nothing where there is no Temporal, or it can't be reached.
 *
 * @param wanted how many are to be told of; none: nobody is asked
 */
export async function runSeconds(
  entry: Entry,
  access: Access,
  wanted: number,
): Promise<ReadonlyMap<string, number>> {
  if (wanted === 0) return new Map();
  try {
    const temporal = await access.temporalIfAny();
    if (temporal === undefined) return new Map();
    const runs = await listRuns(temporal.client, { pipeline: entry.name, kind: 'load', limit: MOST_RUNS });
    return new Map(
      runs.flatMap(({ runId, startedAt, closedAt }) =>
        closedAt === undefined ? [] : [[runId, (closedAt.getTime() - startedAt.getTime()) / 1000]],
      ),
    );
  } catch {
    // what is stored can be told without
    return new Map();
  }
}
