import { TidemarkError } from '../../errors';
import {
  BIGQUERY_CLUSTER,
  BIGQUERY_CLUSTER_COLUMNS,
  BIGQUERY_PARTITION,
  type ColumnSchema,
  MOST_CLUSTER_COLUMNS,
  PARTITION_COLUMN,
  type TableSchema,
} from '../../schema';
import { isRecord } from '../../value';
import { quote } from './literal';

/** dlt's bounds of a whole number that partitions: seconds since the epoch, a partition a day, 10,000 at the most. */
const DAYS_OF_SECONDS = 'GENERATE_ARRAY(-172800000, 691200000, 86400)';

/** An expression of functions, names and numbers. The schema is data: a template in it can't end the statement. */
const TEMPLATE = /^[\w\s(),{}]*(?:-\d[\w\s(),{}]*)*$/;

const CLUSTERING: ReadonlySet<ColumnSchema['data_type']> = new Set([
  'text',
  'bool',
  'date',
  'timestamp',
  'bigint',
  'decimal',
  'wei',
]);

/** PARTITION BY, or '' for a table without. @throws TidemarkError SCHEMA_INVALID */
export function partitionClause(columns: readonly ColumnSchema[], hints: TableSchema): string {
  const ofTable = hints[BIGQUERY_PARTITION];
  const templates = isRecord(ofTable) ? Object.entries(ofTable) : [];
  const marked = namesWith(
    hints,
    (column) => column.partition === true || column[BIGQUERY_PARTITION] === true,
  );
  const names = [...new Set([...marked, ...templates.map(([name]) => name)])];
  if (names.length === 0) return '';
  if (names.length + marked.length + templates.length > 2)
    throw invalid(
      hints,
      `is to be partitioned by more than one column, or in two ways: ${listed(names)}. BigQuery takes one: leave the hint out of the others`,
    );
  const column = typed(hints, { columns, name: names[0]!, what: 'partitioned' });
  const template = templates[0]?.[1];
  return `PARTITION BY ${template === undefined ? expressionOf(hints, column) : filled(hints, column, template)}`;
}

function expressionOf(hints: TableSchema, { name, data_type }: ColumnSchema): string {
  if (data_type === 'date') return quote(name);
  if (data_type === 'timestamp') return `DATE(${quote(name)})`;
  if (data_type === 'bigint') return `RANGE_BUCKET(${quote(name)}, ${DAYS_OF_SECONDS})`;
  throw invalid(
    hints,
    `can't be partitioned by column "${name}", which is a ${data_type}: BigQuery partitions by a date, a timestamp or a bigint. Leave its partition hint out, or cluster by it`,
  );
}

function filled(hints: TableSchema, { name }: ColumnSchema, template: unknown): string {
  if (typeof template !== 'string' || !TEMPLATE.test(template) || !template.includes(PARTITION_COLUMN))
    throw invalid(
      hints,
      `has a partition hint that isn't an expression of "${PARTITION_COLUMN}" by functions and numbers: "${String(template)}". Give it one such as RANGE_BUCKET(${PARTITION_COLUMN}, GENERATE_ARRAY(0, 1000, 10))`,
    );
  return template.replaceAll(PARTITION_COLUMN, () => quote(name));
}

/** CLUSTER BY, or '' for a table without: the table's list in its order, else columns with a hint in theirs. @throws TidemarkError SCHEMA_INVALID */
export function clusterClause(columns: readonly ColumnSchema[], hints: TableSchema): string {
  const ofTable = hints[BIGQUERY_CLUSTER_COLUMNS];
  const list = Array.isArray(ofTable) ? ofTable.map(String) : [];
  const names =
    list.length > 0
      ? list
      : namesWith(hints, (column) => column.cluster === true || column[BIGQUERY_CLUSTER] === true);
  if (names.length === 0) return '';
  if (names.length > MOST_CLUSTER_COLUMNS)
    throw invalid(
      hints,
      `is to be clustered by ${names.length} columns: ${listed(names)}. BigQuery takes ${MOST_CLUSTER_COLUMNS}: leave out the last ones`,
    );
  for (const name of names) {
    const { data_type } = typed(hints, { columns, name, what: 'clustered' });
    if (!CLUSTERING.has(data_type))
      throw invalid(
        hints,
        `can't be clustered by column "${name}", which is a ${data_type}: BigQuery clusters by ${[...CLUSTERING].join(', ')}. Leave it out of the hint`,
      );
  }
  return `CLUSTER BY ${names.map(quote).join(', ')}`;
}

const namesWith = (hints: TableSchema, hinted: (column: ColumnSchema) => boolean): string[] =>
  Object.values(hints.columns)
    .filter(hinted)
    .map(({ name }) => name);

interface Wanted {
  readonly columns: readonly ColumnSchema[];
  readonly name: string;
  readonly what: 'partitioned' | 'clustered';
}

function typed(hints: TableSchema, { columns, name, what }: Wanted): ColumnSchema {
  const column = columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  throw invalid(
    hints,
    `is to be ${what} by column "${name}", which has no value yet and so no type. Look at its spelling, or declare the column with a dataType`,
  );
}

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function invalid({ name }: TableSchema, what: string): TidemarkError {
  return new TidemarkError('SCHEMA_INVALID', `Table "${name}" ${what}.`, { details: { table: name } });
}
