import type { SchemaVersion, SourceHistory } from '../../src/operate';

type TableHistory = SourceHistory['tables'][number];

/** What came with a version of a schema. */
export interface Came {
  readonly version: SchemaVersion;
  readonly tables: readonly string[];
  /** Columns of tables that were there before, as `table.column`. */
  readonly columns: readonly string[];
}

/** The versions, the newest first, with what came with each. */
export function cameByVersion(source: SourceHistory): Came[] {
  return source.versions
    .map((version) => ({
      version,
      tables: source.tables
        .filter(({ since }) => since?.version === version.version)
        .map(({ table }) => table),
      columns: source.tables.flatMap((table) => newColumns(table, version)),
    }))
    .reverse();
}

function newColumns(table: TableHistory, { version }: SchemaVersion): string[] {
  if (table.since?.version === version) return [];
  return table.columns
    .filter(({ since }) => since?.version === version)
    .map(({ column }) => `${table.table}.${column}`);
}

/** Tables that have a text in their name or in a column's; all of them for an empty text. */
export function tablesWith(source: SourceHistory, text: string): readonly TableHistory[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return source.tables;
  return source.tables.filter(
    ({ table, columns }) =>
      table.toLowerCase().includes(wanted) ||
      columns.some(({ column }) => column.toLowerCase().includes(wanted)),
  );
}
