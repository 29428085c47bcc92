import type { CursorType } from '../../incremental';
import type { ColumnHint } from '../../source';

export type TableRow = Record<string, unknown>;

/** A column as the database's catalogue has it. */
export interface ColumnShape {
  readonly name: string;
  /** The database's own name of the type: what a bound is cast to. */
  readonly type: string;
  readonly nullable: boolean;
  /** The column of the table that is loaded. */
  readonly hint: ColumnHint;
  /** The kinds of cursor that it can be; the first is the usual one. Empty for a type that has no useful order. */
  readonly cursorTypes: readonly CursorType[];
  /** The collation that orders texts by code point, as they are compared here; undefined for other types. */
  readonly collation?: string | undefined;
}

/** A table or view as the catalogue has it. */
export interface TableShape {
  readonly columns: readonly ColumnShape[];
  /** Empty where it has none. */
  readonly primaryKey: readonly string[];
}

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** A statement with its bound parameters. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly (string | number | bigint)[];
}

/** A connection that sees one state of the database for as long as it is open. */
export interface Database {
  /** @throws SOURCE_NOT_FOUND for a table or schema that isn't there, naming what is */
  describe(name: TableName): Promise<TableShape>;
  /** The rows of a statement in pages, read as they are asked for. */
  pages(statement: Statement, pageRows: number): AsyncGenerator<TableRow[], void, void>;
  close(): Promise<void>;
}

/** How nested values are loaded: as JSON in one column, or as columns and tables of their own. */
export type NestedValues = 'json' | 'tables';

/** Opens a database. @throws SOURCE_UNREACHABLE, SOURCE_UNAUTHORIZED, SOURCE_NOT_FOUND */
export type OpenDatabase = (options: {
  readonly nested: NestedValues;
  readonly signal: AbortSignal;
}) => Promise<Database>;
