import { ApiError } from './api-error';
import type { Table } from './rest-types';
import type { CreateTable, Option } from './sql/ast';
import { columnOf } from './sql/scope';
import type { Column, ScalarName } from './sql/types';

/** What a CREATE TABLE says besides columns, as the API shows it. @throws ApiError invalidQuery */
export function resourceOf(
  { partitionBy, clusterBy, options }: Pick<CreateTable, 'partitionBy' | 'clusterBy' | 'options'>,
  columns: readonly Column[],
): Table {
  const resource: Table = {};
  if (partitionBy !== undefined) {
    const column = known(columns, partitionBy.column, 'PARTITION BY');
    const allowed: readonly ScalarName[] =
      partitionBy.by === 'RANGE' ? ['INT64'] : ['DATE', 'TIMESTAMP', 'DATETIME'];
    if (!(allowed as readonly string[]).includes(column.type.name))
      throw refused(
        `PARTITION BY expression must be of one of the types ${allowed.join(', ')}: ${column.name}`,
      );
    if (partitionBy.range === undefined)
      resource.timePartitioning = { type: partitionBy.by, field: column.name };
    else {
      const [start, end, interval] = partitionBy.range;
      resource.rangePartitioning = { field: column.name, range: { start, end, interval } };
    }
  }
  checkClustering(columns, clusterBy);
  if (clusterBy.length > 0)
    resource.clustering = { fields: clusterBy.map((name) => known(columns, name, 'CLUSTER BY').name) };
  return withOptions(resource, options);
}

const CLUSTERS: readonly string[] = [
  'STRING',
  'INT64',
  'NUMERIC',
  'BIGNUMERIC',
  'DATE',
  'DATETIME',
  'TIMESTAMP',
  'BOOL',
];

/** @throws ApiError for columns that a table can't be clustered by */
export function checkClustering(columns: readonly Column[], names: readonly string[]): void {
  if (names.length > 4) throw refused('Too many clustering columns: the most are 4');
  for (const name of names) {
    const { type } = known(columns, name, 'CLUSTER BY');
    if (!CLUSTERS.includes(type.name))
      throw refused(
        `CLUSTER BY expression references ${name} of type ${type.name}, which can't be clustered by`,
      );
  }
}

function known(columns: readonly Column[], name: string, clause: string): Column {
  const column = columnOf(columns, name);
  if (column === undefined)
    throw refused(`${clause} references the column ${name}, which the table doesn't have`);
  return column;
}

const refused = (message: string): ApiError => new ApiError('invalidQuery', message);

/** A table's resource with what OPTIONS say. */
export function withOptions(resource: Table, options: readonly Option[]): Table {
  const changed: Table = { ...resource };
  for (const option of options) {
    switch (option.name) {
      case 'description':
        changed.description = textOf(option);
        break;
      case 'friendly_name':
        changed.friendlyName = textOf(option);
        break;
      case 'labels': {
        if ('kind' in option.value) throw refused('labels is a list of pairs');
        changed.labels = Object.fromEntries(option.value);
        break;
      }
      case 'expiration_timestamp':
        changed.expirationTime = instantOf(option);
        break;
      case 'partition_expiration_days':
        if (changed.timePartitioning === undefined)
          throw refused('partition_expiration_days needs a table that is partitioned by time');
        changed.timePartitioning = {
          ...changed.timePartitioning,
          expirationMs: String(Math.round(numberOf(option) * 86_400_000)),
        };
        break;
      case 'require_partition_filter':
        changed.requirePartitionFilter = booleanOf(option);
        break;
      default:
        throw refused(`Unknown option, or the fake doesn't have it: ${option.name}`);
    }
  }
  return changed;
}

function literalOf({ name, value }: Option, type: readonly string[]): string {
  if (!('kind' in value) || value.kind !== 'literal' || !type.includes(value.type))
    throw refused(`The option ${name} expects a literal of type ${type.join(' or ')}`);
  return value.text;
}

const textOf = (option: Option): string => literalOf(option, ['STRING']);
const numberOf = (option: Option): number => Number(literalOf(option, ['INT64', 'FLOAT64']));
const booleanOf = (option: Option): boolean => literalOf(option, ['BOOL']) === 'true';

function instantOf(option: Option): string {
  const text = literalOf(option, ['TIMESTAMP', 'STRING']);
  const millis = Date.parse(text.includes('T') ? text : text.replace(' ', 'T').replace(/(\d)$/, '$1Z'));
  if (Number.isNaN(millis)) throw refused(`Invalid timestamp: '${text}'`);
  return String(millis);
}
