import type { Catalog, StoredTable } from './catalog';
import type { Relation } from './sql/typed';
import { type Column, columnTypeText, duckType, quoted, type ScalarName, scalar, text } from './sql/types';

interface ViewColumn {
  readonly name: string;
  readonly type: ScalarName;
}

type Row = readonly (string | number | null)[];

/** Views of `INFORMATION_SCHEMA`, as relations made of what the catalog knows; undefined for one that the fake doesn't have. */
export function informationSchema(catalog: Catalog, dataset: string, view: string): Relation | undefined {
  const tables = catalog.tables(dataset);
  switch (view.toUpperCase()) {
    case 'COLUMNS':
      return relation(
        COLUMNS,
        tables.flatMap((table) => columnRows(catalog.projectId, table)),
      );
    case 'TABLES':
      return relation(
        TABLES,
        tables.map((table) => tableRow(catalog.projectId, table)),
      );
    default:
      return undefined;
  }
}

const texts = (...names: readonly string[]): readonly ViewColumn[] =>
  names.map((name) => ({ name, type: 'STRING' }));

const COLUMNS: readonly ViewColumn[] = [
  ...texts('table_catalog', 'table_schema', 'table_name', 'column_name'),
  { name: 'ordinal_position', type: 'INT64' },
  ...texts('is_nullable', 'data_type', 'is_generated', 'is_hidden', 'is_partitioning_column'),
  { name: 'clustering_ordinal_position', type: 'INT64' },
];

function columnRows(
  projectId: string,
  { dataset, name: table, columns, resource }: StoredTable,
): readonly Row[] {
  return columns.map((column, index) => {
    const { name, required } = column;
    const isPartition = partitionColumn(resource)?.toLowerCase() === name.toLowerCase();
    const cluster = (resource.clustering?.fields ?? []).findIndex(
      (each) => each.toLowerCase() === name.toLowerCase(),
    );
    return [
      projectId,
      dataset,
      table,
      name,
      index + 1,
      required ? 'NO' : 'YES',
      columnTypeText(column),
      'NEVER',
      'NO',
      isPartition ? 'YES' : 'NO',
      cluster < 0 ? null : cluster + 1,
    ];
  });
}

const partitionColumn = ({
  timePartitioning,
  rangePartitioning,
}: StoredTable['resource']): string | undefined => timePartitioning?.field ?? rangePartitioning?.field;

const TABLES: readonly ViewColumn[] = [
  ...texts('table_catalog', 'table_schema', 'table_name', 'table_type', 'is_insertable_into', 'is_typed'),
  { name: 'creation_time', type: 'TIMESTAMP' },
];

const tableRow = (projectId: string, { dataset, name, resource }: StoredTable): Row => [
  projectId,
  dataset,
  name,
  'BASE TABLE',
  'YES',
  'NO',
  Number(resource.creationTime),
];

function relation(view: readonly ViewColumn[], rows: readonly Row[]): Relation {
  const columns: readonly Column[] = view.map(({ name, type }) => ({
    name,
    type: scalar(type),
    required: false,
  }));
  const literal = (value: Row[number]): string =>
    value === null ? 'NULL' : typeof value === 'number' ? String(value) : text(value);
  const names = view.map(({ name }) => quoted(name));
  const casts = view.map(({ name, type }) =>
    type === 'TIMESTAMP'
      ? `make_timestamptz(CAST(${quoted(name)} AS BIGINT) * 1000) AS ${quoted(name)}`
      : `CAST(${quoted(name)} AS ${duckType(scalar(type))}) AS ${quoted(name)}`,
  );
  const values = (rows.length === 0 ? [view.map(() => null)] : rows).map(
    (row) => `(${row.map(literal).join(', ')})`,
  );
  const sql = `(SELECT ${casts.join(', ')} FROM (VALUES ${values.join(', ')}) AS "gs_view"(${names.join(', ')}) WHERE ${rows.length > 0})`;
  return { sql, columns };
}
