import { TidemarkError } from '../errors';
import {
  type ColumnSchema,
  completeColumns,
  descendantsOf,
  type NamingRules,
  ROOT_ID,
  ROW_ID,
  resolveContract,
  type StoredSchema,
  storedContract,
  systemColumn,
  type TableSchema,
} from '../schema';
import { ownField } from '../value';
import { bigqueryColumns, setBigQueryHints } from './bigquery-hints';
import type { TableRules } from './cell-writer';
import { convertible } from './conform-chunk';
import type { StagingArea } from './staging-area';
import type { ResourceHints, Scd2Hints } from './types';

/** A root table as hints make it, before its first row. */
export interface HintedTable {
  readonly table: TableSchema;
  readonly rules: TableRules;
  /** Levels of nesting that are unfolded. */
  readonly nesting: number;
  /** Whether descendants carry the root's id. */
  readonly rootKey: boolean;
  /** How ids of root rows are made; ids of nested rows are derived from them unless they are random. */
  readonly identity: 'random' | 'key' | 'row';
  /** Normalized names of the primary key's columns. */
  readonly primaryKey: readonly string[];
}

type Columns = Record<string, ColumnSchema>;

const UNLIMITED_NESTING = 1000;
const ROOT_KEY_STRATEGIES: ReadonlySet<string> = new Set(['delete-insert', 'upsert', 'insert-only']);

/**
 * Puts a resource's hints into the working schema, as dlt does before it normalizes: columns, keys, disposition and
 * contract of the root table, the root key in tables that exist below it, nesting and propagation of the source.
 * @param changes takes a sentence for each change
 * @returns undefined if the contract discards the rows of a new table
 * @throws TidemarkError CONTRACT_VIOLATION, SCHEMA_INVALID, PRIMARY_KEY_REQUIRED
 */
export function applyHints(
  { schema, naming }: Pick<StagingArea, 'schema' | 'naming'>,
  name: string,
  hints: ResourceHints,
  changes: string[],
): HintedTable | undefined {
  const strategy = hints.writeDisposition === 'merge' ? (hints.mergeStrategy ?? 'delete-insert') : undefined;
  const stored = ownField(schema.tables, name);
  const contract = resolveContract(hints.schemaContract ?? stored?.schema_contract ?? sourceContract(schema));
  if (stored?.parent !== undefined)
    throw new TidemarkError(
      'SCHEMA_INVALID',
      `Resource "${hints.name}" cannot write to table "${name}": it holds the lists of table "${stored.parent}". Give the resource another tableName.`,
    );
  if ((strategy === 'upsert' || strategy === 'insert-only') && (hints.primaryKey ?? []).length === 0)
    throw new TidemarkError(
      'PRIMARY_KEY_REQUIRED',
      `Resource "${hints.name}" merges with strategy "${strategy}", which needs to know its rows: declare primaryKey.`,
    );
  const isNew = stored === undefined || completeColumns(stored).length === 0;
  if (isNew && contract.tables !== 'evolve') {
    if (contract.tables === 'freeze') throw frozenTable(name);
    return undefined;
  }
  const columns = hintedColumns(hints, strategy === 'scd2' ? (hints.scd2 ?? {}) : undefined, naming);
  const table = stored ?? { name, columns: {} };
  schema.tables[name] = table;
  if (isNew) changes.push(`new table ${name}`);
  dropReplacedKeys(table, columns);
  setBigQueryHints(table, { hints: hints.bigquery, columns: Object.values(columns), naming });
  for (const column of Object.values(columns)) mergeColumn(table, column, changes);
  setTableHints(table, hints, strategy);
  setSourceHints(schema, hints);
  const typed = Object.values(columns).filter(({ data_type }) => data_type !== undefined);
  // A type that is declared after the column was stored with another one doesn't apply.
  const applied = typed.filter(
    (column) => ownField(table.columns, column.name)?.data_type === column.data_type,
  );
  const declared = new Set(applied.map((column) => column.name));
  return {
    table,
    rules: { contract, isNew, declared, spelled: spelledKeys(hints) },
    nesting: nestingOf(schema, table),
    rootKey: propagateRootKey(schema, table, hints.rootKey || ROOT_KEY_STRATEGIES.has(strategy ?? '')),
    identity: identityOf(strategy, hints, naming),
    primaryKey: (hints.primaryKey ?? []).map((key) => naming.path(key)),
  };
}

/** The error of a new table where the schema contract freezes tables. */
export function frozenTable(table: string): TidemarkError {
  return new TidemarkError(
    'CONTRACT_VIOLATION',
    `Table "${table}" doesn't exist and its schema contract freezes tables. Let tables evolve, or leave the rows out with discardRow.`,
    { details: { table } },
  );
}

function identityOf(
  strategy: string | undefined,
  hints: ResourceHints,
  naming: NamingRules,
): HintedTable['identity'] {
  if (strategy === 'upsert' || strategy === 'insert-only') return 'key';
  const version = naming.path(hints.scd2?.rowVersionColumnName ?? ROW_ID);
  return strategy === 'scd2' && version === ROW_ID ? 'row' : 'random';
}

/** Keys that hints name in the source's spelling: of two that give one name, such a one has the column. */
function spelledKeys({ columns, primaryKey, mergeKey, incrementalColumns }: ResourceHints): Set<string> {
  return new Set([
    ...Object.keys(columns ?? {}),
    ...(primaryKey ?? []),
    ...(mergeKey ?? []),
    ...incrementalColumns,
  ]);
}

// In dlt's order: declared columns, keys, the columns of scd2, cursors.
function hintedColumns(hints: ResourceHints, scd2: Scd2Hints | undefined, naming: NamingRules): Columns {
  const columns: Columns = {};
  const merge = (key: string, hint: Partial<ColumnSchema>): void => {
    const name = naming.path(key);
    columns[name] = { ...ownField(columns, name), ...hint, name };
  };
  for (const [key, hint] of Object.entries(hints.columns ?? {})) merge(key, hint);
  for (const key of hints.primaryKey ?? [])
    merge(key, { primary_key: true, nullable: ownField(columns, naming.path(key))?.nullable ?? false });
  for (const key of hints.mergeKey ?? [])
    merge(key, { merge_key: true, nullable: ownField(columns, naming.path(key))?.nullable ?? false });
  if (scd2 !== undefined) {
    const [from, to] = scd2.validityColumnNames ?? ['_dlt_valid_from', '_dlt_valid_to'];
    const active = scd2.activeRecordTimestamp ?? null;
    merge(from, { data_type: 'timestamp', nullable: true, 'x-valid-from': true });
    merge(to, {
      data_type: 'timestamp',
      nullable: true,
      'x-valid-to': true,
      'x-active-record-timestamp': active,
    });
    merge(scd2.rowVersionColumnName ?? ROW_ID, {
      nullable: false,
      'x-row-version': true,
      unique: false,
      row_key: false,
    });
  }
  for (const key of hints.incrementalColumns) merge(key, { incremental: true });
  for (const [key, hint] of bigqueryColumns(hints.bigquery)) merge(key, hint);
  return columns;
}

/** A key is declared as a whole: columns of an earlier one lose the hint. */
function dropReplacedKeys(table: TableSchema, columns: Columns): void {
  for (const hint of ['primary_key', 'merge_key'] as const) {
    if (!Object.values(columns).some((column) => column[hint] === true)) continue;
    for (const column of Object.values(table.columns)) delete column[hint];
  }
}

function mergeColumn(table: TableSchema, hint: ColumnSchema, changes: string[]): void {
  const known = ownField(table.columns, hint.name);
  if (known?.data_type === undefined) {
    const column = { ...known, ...hint };
    if (column.data_type !== undefined) {
      delete table.columns[hint.name];
      changes.push(`new column ${table.name}.${hint.name} (${column.data_type})`);
    }
    table.columns[hint.name] = column;
    return;
  }
  const { data_type: from } = known;
  const { data_type: to, ...rest } = hint;
  Object.assign(known, rest);
  if (to === undefined || to === from) return;
  if (convertible(from, to)) {
    known.data_type = to;
    changes.push(`column ${table.name}.${hint.name} widened from ${from} to ${to}, as declared`);
  } else
    changes.push(
      `column ${table.name}.${hint.name} stays ${from}, the type it is stored with, though ${to} is declared`,
    );
}

function setTableHints(table: TableSchema, hints: ResourceHints, strategy: string | undefined): void {
  table.write_disposition = hints.writeDisposition;
  table.resource = hints.name;
  const contract = hints.schemaContract && storedContract(hints.schemaContract);
  if (contract !== undefined) table.schema_contract = contract;
  // dlt keeps a strategy until another one is named; the default is named only where it takes over.
  if (
    strategy !== undefined &&
    (hints.mergeStrategy !== undefined || table['x-merge-strategy'] !== undefined)
  )
    table['x-merge-strategy'] = strategy as NonNullable<TableSchema['x-merge-strategy']>;
  if (hints.scd2?.boundaryTimestamp !== undefined)
    table['x-boundary-timestamp'] = hints.scd2.boundaryTimestamp;
  if (hints.maxTableNesting !== undefined)
    table['x-normalizer'] = { ...table['x-normalizer'], max_nesting: hints.maxTableNesting };
}

function sourceContract(schema: StoredSchema): ResourceHints['schemaContract'] {
  return schema.settings.schema_contract as ResourceHints['schemaContract'];
}

interface JsonNormalizer {
  module: string;
  config?: {
    max_nesting?: number;
    root_key_propagation?: boolean;
    propagation?: { tables?: Record<string, Record<string, string>> };
  };
}

function jsonNormalizer(schema: StoredSchema): JsonNormalizer {
  return schema.normalizers.json as JsonNormalizer;
}

function setSourceHints(schema: StoredSchema, hints: ResourceHints): void {
  const normalizer = jsonNormalizer(schema);
  if (hints.sourceMaxTableNesting !== undefined)
    normalizer.config = { ...normalizer.config, max_nesting: hints.sourceMaxTableNesting };
  if (hints.rootKey) normalizer.config = { ...normalizer.config, root_key_propagation: true };
}

function nestingOf(schema: StoredSchema, table: TableSchema): number {
  const own = table['x-normalizer']?.max_nesting;
  return typeof own === 'number' ? own : (jsonNormalizer(schema).config?.max_nesting ?? UNLIMITED_NESTING);
}

/** Adds the root key to every table below the root if the load needs it, or keeps it where one has it already. */
function propagateRootKey(schema: StoredSchema, root: TableSchema, needed: boolean): boolean {
  const nested = descendantsOf(schema, root.name);
  if (!needed && !nested.some((table) => table.columns[ROOT_ID] !== undefined)) return false;
  for (const table of nested) table.columns[ROOT_ID] ??= systemColumn(ROOT_ID);
  const normalizer = jsonNormalizer(schema);
  const tables = normalizer.config?.propagation?.tables;
  normalizer.config = {
    ...normalizer.config,
    propagation: {
      ...normalizer.config?.propagation,
      tables: { ...tables, [root.name]: { [ROW_ID]: ROOT_ID } },
    },
  };
  return true;
}
