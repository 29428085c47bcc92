import type { Dataset } from '../destination';
import {
  type ColumnSchema,
  completeColumns,
  descendantsOf,
  hasSeenData,
  isSystemName,
  type StoredSchema,
  type TableSchema,
} from '../schema';
import type { SchemaVersion, SourceHistory } from './schema-history';
import { storedVersions } from './schema-versions';
import { typeText } from './value-text';

/** Tables of a source as they are now, each followed by its children, and the versions that were stored, oldest first. */
export async function readSourceTables(
  dataset: Dataset,
  source: string,
): Promise<Pick<SourceHistory, 'tables' | 'versions'>> {
  const { schema } = await dataset.snapshot(source);
  if (schema === undefined) return { tables: [], versions: [] };
  const versions: SchemaVersion[] = [];
  const since = new Map<string, Since>();
  for await (const stored of storedVersions(dataset, source)) {
    const version = { version: stored.version, at: stored.at };
    versions.push(version);
    if (stored.schema !== undefined) note(since, storedTables(stored.schema), version);
  }
  return { tables: inOrder(schema).map((table) => tableHistory(table, since.get(table.name))), versions };
}

/** With which version a table came, and each of its columns. */
interface Since {
  readonly table: SchemaVersion;
  readonly columns: Map<string, SchemaVersion>;
}

/** A table that a version lacks was dropped: it comes anew. */
function note(since: Map<string, Since>, tables: readonly TableSchema[], version: SchemaVersion): void {
  const there = new Set(tables.map(({ name }) => name));
  for (const name of since.keys()) if (!there.has(name)) since.delete(name);
  for (const table of tables) noteTable(since, table, version);
}

function noteTable(since: Map<string, Since>, table: TableSchema, version: SchemaVersion): void {
  const known = since.get(table.name) ?? { table: version, columns: new Map() };
  since.set(table.name, known);
  for (const { name } of completeColumns(table))
    if (!known.columns.has(name)) known.columns.set(name, version);
}

/** Tables that rows came for, without those in which dlt and tidemark keep their books. */
export const storedTables = (schema: StoredSchema): TableSchema[] =>
  Object.values(schema.tables).filter(
    (table) => !isSystemName(table.name) && hasSeenData(table) && completeColumns(table).length > 0,
  );

/** Tables of a schema, each followed by those of its children. */
export function inOrder(schema: StoredSchema): TableSchema[] {
  const there = new Set(storedTables(schema));
  return [...there]
    .filter(({ parent }) => parent === undefined)
    .flatMap((root) => [root, ...descendantsOf(schema, root.name)])
    .filter((table) => there.has(table));
}

function tableHistory(table: TableSchema, since: Since | undefined): SourceHistory['tables'][number] {
  return {
    table: table.name,
    parent: table.parent,
    resource: table.resource,
    writeDisposition: table.write_disposition,
    since: since?.table,
    columns: completeColumns(table).map((column) => ({
      column: column.name,
      type: typeText(column),
      nullable: column.nullable !== false,
      hints: hintsOf(column),
      since: since?.columns.get(column.name),
    })),
  };
}

/** Hints of columns that are told, and how. */
const HINTS = {
  primary_key: 'primary key',
  merge_key: 'merge key',
  incremental: 'cursor',
  unique: 'unique',
  hard_delete: 'hard delete',
  variant: 'variant',
  partition: 'partition',
  cluster: 'cluster',
  row_key: 'row id',
  parent_key: "parent's row id",
  root_key: "root's row id",
} as const satisfies Partial<Record<keyof ColumnSchema, string>>;

/** Hints of a column, in words. */
export function hintsOf(column: ColumnSchema): string[] {
  const hints: string[] = Object.entries(HINTS)
    .filter(([hint]) => column[hint as keyof typeof HINTS] === true)
    .map(([, text]) => text);
  return column.dedup_sort === undefined ? hints : [...hints, `dedup sort ${column.dedup_sort}`];
}
