import { type ColumnSchema, completeColumns, type StoredSchema, type TableSchema } from '../schema';
import { ownField } from '../value';
import { hintsOf, inOrder } from './schema-tables';
import { typeText } from './value-text';

/** How a table or column of one schema is in another. */
export type SchemaChangeKind = 'added' | 'changed' | 'gone';

export interface ColumnDifference {
  readonly column: string;
  readonly change: SchemaChangeKind;
  /** Type, nullability and hints in words, such as `bigint, not null, primary key`; undefined where it isn't there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface TableDifference {
  readonly table: string;
  readonly change: SchemaChangeKind;
  /** Its write disposition and resource where they differ, in words. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Those that differ; of a table that was added or is gone, all. */
  readonly columns: readonly ColumnDifference[];
}

/** What differs between two schemas: tables that rows came for, in the order of the later one; those that are gone come last. */
export function schemaDiff(
  before: StoredSchema | undefined,
  after: StoredSchema | undefined,
): TableDifference[] {
  const earlier = new Map(tablesOf(before));
  const later = new Map(tablesOf(after));
  const names = [...later.keys(), ...[...earlier.keys()].filter((name) => !later.has(name))];
  return names.flatMap((name) => tableDifference(name, earlier.get(name), later.get(name)) ?? []);
}

const tablesOf = (schema: StoredSchema | undefined): [string, TableSchema][] =>
  schema === undefined ? [] : inOrder(schema).map((table) => [table.name, table]);

function tableDifference(
  table: string,
  before: TableSchema | undefined,
  after: TableSchema | undefined,
): TableDifference | undefined {
  const columns = columnDifferences(before, after);
  const [was, is] = [before && tableText(before), after && tableText(after)];
  if (before === undefined || after === undefined)
    return { table, change: before === undefined ? 'added' : 'gone', before: was, after: is, columns };
  if (columns.length === 0 && was === is) return undefined;
  const own = was === is ? { before: undefined, after: undefined } : { before: was, after: is };
  return { table, change: 'changed', ...own, columns };
}

/** What is said of a table beside its columns. */
function tableText({ parent, write_disposition: disposition, resource, ...hints }: TableSchema): string {
  if (parent !== undefined) return `child of ${parent}`;
  const strategy = hints['x-merge-strategy'];
  return [
    `${disposition ?? 'append'}${strategy === undefined ? '' : ` (${strategy})`}`,
    `resource ${resource}`,
  ].join(', ');
}

function columnDifferences(
  before: TableSchema | undefined,
  after: TableSchema | undefined,
): ColumnDifference[] {
  const [earlier, later] = [columnsOf(before), columnsOf(after)];
  const names = [
    ...Object.keys(later),
    ...Object.keys(earlier).filter((name) => !Object.hasOwn(later, name)),
  ];
  return names.flatMap((column): ColumnDifference[] => {
    const [was, is] = [textOf(ownField(earlier, column)), textOf(ownField(later, column))];
    if (was === is) return [];
    return [
      {
        column,
        change: was === undefined ? 'added' : is === undefined ? 'gone' : 'changed',
        before: was,
        after: is,
      },
    ];
  });
}

const columnsOf = (table: TableSchema | undefined): Record<string, ColumnSchema> =>
  Object.fromEntries(
    table === undefined ? [] : completeColumns(table).map((column) => [column.name, column]),
  );

const textOf = (column: ColumnSchema | undefined): string | undefined =>
  column &&
  [typeText(column), ...(column.nullable === false ? ['not null'] : []), ...hintsOf(column)].join(', ');
