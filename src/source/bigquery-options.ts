import { shown, TidemarkError } from '../errors';
import { readWrittenInstant } from '../interval';
import {
  anyText,
  type Check,
  either,
  firstProblem,
  listOf,
  object,
  readBy,
  text,
  wholeNumber,
} from '../options';
import { type BigQueryHints, MOST_CLUSTER_COLUMNS, PARTITION_COLUMN } from '../schema';
import type { BigQueryTableOptions, ColumnHint, RangePartition } from './hints';

const columns: Check = either(text, listOf(text));

const whole = wholeNumber(Number.MIN_SAFE_INTEGER);

const range = object<RangePartition>(
  { column: text, start: whole, end: whole, interval: wholeNumber(1) },
  { required: ['column', 'start', 'end'] },
);

/** What an author may say of how BigQuery makes a resource's table. */
export const bigqueryOptions: Check = object<BigQueryTableOptions>({
  partition: either(text, range),
  cluster: columns,
  tableDescription: anyText,
  tableExpiration: readBy('an ISO date or instant such as "2031-01-31T06:00:00Z"', readWrittenInstant),
  partitionExpirationDays: wholeNumber(1),
  roundHalfEven: columns,
  roundHalfAwayFromZero: columns,
});

interface Settings {
  readonly bigquery?: BigQueryTableOptions | undefined;
  readonly columns?: Readonly<Record<string, ColumnHint>> | undefined;
}

/**
 * Refuses what BigQuery can't do, where each option by itself is right.
 * @throws TidemarkError RESOURCE_INVALID
 */
export function checkBigQuery(resource: string, { bigquery = {}, columns: hints = {} }: Settings): void {
  const problem = firstProblem([
    () => partitionProblem(bigquery, hints),
    () => clusterProblem(bigquery, hints),
    () => expirationProblem(bigquery, hints),
    () => roundingProblem(bigquery),
  ]);
  if (problem !== undefined)
    throw new TidemarkError('RESOURCE_INVALID', `The resource "${resource}" ${problem}`, {
      details: { resource },
    });
}

type Hints = Readonly<Record<string, ColumnHint>>;

const hinted = (hints: Hints, hint: 'partition' | 'cluster'): readonly string[] =>
  Object.keys(hints).filter((name) => hints[name]?.[hint] === true);

const listed = (names: readonly string[]): string => names.map((name) => `"${shown(name)}"`).join(', ');

function partitionProblem({ partition }: BigQueryTableOptions, hints: Hints): string | undefined {
  const own = typeof partition === 'object' ? partition.column : partition;
  const marked = hinted(hints, 'partition');
  if (typeof partition === 'object') {
    if (partition.end <= partition.start)
      return `is to be partitioned from ${partition.start} to ${partition.end}, which is no range; give "bigquery.partition" an "end" above its "start".`;
    // BigQuery takes one expression, and a column's own hint would be another.
    if (marked.includes(partition.column))
      return `is to be partitioned by "${shown(partition.column)}" in two ways; leave "partition" out of its column hint.`;
  }
  const names = [...new Set(own === undefined ? marked : [...marked, own])];
  return names.length > 1
    ? `is to be partitioned by ${listed(names)}, and BigQuery partitions a table by one column; leave "partition" out of the others.`
    : undefined;
}

function clusterProblem({ cluster }: BigQueryTableOptions, hints: Hints): string | undefined {
  const list = listOfNames(cluster);
  const names = list.length === 0 ? hinted(hints, 'cluster') : list;
  if (names.length > MOST_CLUSTER_COLUMNS)
    return `is to be clustered by ${names.length} columns, ${listed(names)}, and BigQuery takes ${MOST_CLUSTER_COLUMNS}; leave out the last ones.`;
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  return twice === undefined
    ? undefined
    : `is to be clustered by "${shown(twice)}" twice; name each column once in "bigquery.cluster".`;
}

function expirationProblem(
  { partition, partitionExpirationDays: days }: BigQueryTableOptions,
  hints: Hints,
): string | undefined {
  if (days === undefined) return undefined;
  if (typeof partition === 'object')
    return `has partitions of a range of numbers, which don't expire; leave out "bigquery.partitionExpirationDays", or partition by a date or a timestamp.`;
  return partition === undefined && hinted(hints, 'partition').length === 0
    ? `has "bigquery.partitionExpirationDays" ${days} and no partitions; name the column in "bigquery.partition", or leave it out.`
    : undefined;
}

function roundingProblem({ roundHalfEven, roundHalfAwayFromZero }: BigQueryTableOptions): string | undefined {
  const even = listOfNames(roundHalfEven);
  const both = listOfNames(roundHalfAwayFromZero).find((name) => even.includes(name));
  return both === undefined
    ? undefined
    : `is to round "${shown(both)}" in two ways; name it in "bigquery.roundHalfEven" or in "bigquery.roundHalfAwayFromZero".`;
}

const listOfNames = (names: string | readonly string[] = []): readonly string[] =>
  typeof names === 'string' ? [names] : names;

/** The options as normalizing reads them. */
export function bigqueryHints(options: BigQueryTableOptions | undefined): BigQueryHints | undefined {
  if (options === undefined) return undefined;
  const { partition, cluster, tableExpiration } = options;
  return {
    partition: partition === undefined ? undefined : partitionOf(partition),
    cluster: cluster === undefined ? undefined : listOfNames(cluster),
    roundHalfEven: listOfNames(options.roundHalfEven),
    roundHalfAwayFromZero: listOfNames(options.roundHalfAwayFromZero),
    tableDescription: options.tableDescription,
    tableExpiration: tableExpiration && instantOf(tableExpiration),
    partitionExpirationDays: options.partitionExpirationDays,
  };
}

function partitionOf(partition: string | RangePartition): BigQueryHints['partition'] {
  if (typeof partition === 'string') return { column: partition };
  const { column, start, end, interval = 1 } = partition;
  const template = `RANGE_BUCKET(${PARTITION_COLUMN}, GENERATE_ARRAY(${start}, ${end}, ${interval}))`;
  return { column, template };
}

/** As dlt stores it: UTC, which is also what is meant without an offset. */
function instantOf(text: string): string {
  const { wallMs, offsetMs = 0 } = readWrittenInstant(text)!;
  return new Date(wallMs - offsetMs).toISOString().replace(/(?:\.000)?Z$/, '+00:00');
}
