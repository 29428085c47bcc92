import type { ActualColumn, ActualTables } from '../../src/destination/commit';

export type Row = Readonly<Record<string, unknown>>;

interface StoredTable {
  readonly columns: readonly ActualColumn[];
  readonly rows: readonly Row[];
}

/** What is committed, as of one moment: tables are replaced, never changed. */
export type Committed = ReadonlyMap<string, StoredTable>;

const NOTHING: StoredTable = { columns: [], rows: [] };

/** The rows of an in-memory database, which only {@link Changes} change. */
export class Store {
  #tables: Committed = new Map();
  /** Counts commits that changed anything: what a worker knows holds while it is what it knew. */
  version = 0;

  get committed(): Committed {
    return this.#tables;
  }

  /** What a transaction did becomes what everyone sees. Rows that another one has removed meanwhile stay removed. */
  apply({ added, gone, columns }: Changes): void {
    const names = new Set([...added.keys(), ...gone.keys(), ...columns.keys()]);
    if (names.size === 0) return;
    const tables = new Map(this.#tables);
    for (const name of names) {
      const table = tables.get(name) ?? NOTHING;
      const removed = gone.get(name);
      const kept = removed === undefined ? table.rows : table.rows.filter((row) => !removed.has(row));
      const rows = [...kept, ...(added.get(name) ?? [])];
      tables.set(name, { columns: withColumns(table.columns, columns.get(name) ?? []), rows });
    }
    this.#tables = tables;
    this.version += 1;
  }
}

function withColumns(
  columns: readonly ActualColumn[],
  changed: readonly ActualColumn[],
): readonly ActualColumn[] {
  if (changed.length === 0) return columns;
  const all = new Map([...columns, ...changed].map((column) => [column.name, column]));
  return [...all.values()];
}

/**
 * One transaction at READ COMMITTED: each statement sees what is committed by then, and what the transaction itself did.
 * With `frozen`, it sees one moment only.
 */
export class Changes {
  readonly added = new Map<string, Row[]>();
  readonly gone = new Map<string, Set<Row>>();
  readonly columns = new Map<string, ActualColumn[]>();
  readonly #store: Store;
  readonly #frozen: Committed | undefined;

  constructor(store: Store, frozen = false) {
    this.#store = store;
    this.#frozen = frozen ? store.committed : undefined;
  }

  get #committed(): Committed {
    return this.#frozen ?? this.#store.committed;
  }

  rows(table: string): readonly Row[] {
    const gone = this.gone.get(table);
    const added = this.added.get(table) ?? [];
    const stored = this.#committed.get(table)?.rows ?? [];
    if (gone === undefined && added.length === 0) return stored;
    return [...(gone === undefined ? stored : stored.filter((row) => !gone.has(row))), ...added];
  }

  tables(): ActualTables {
    const tables = new Map([...this.#committed].map(([name, { columns }]) => [name, columns]));
    for (const [name, columns] of this.columns)
      tables.set(name, withColumns(tables.get(name) ?? [], columns));
    return tables;
  }

  insert(table: string, rows: readonly Row[]): void {
    const added = this.added.get(table);
    if (added === undefined) this.added.set(table, [...rows]);
    else added.push(...rows);
  }

  /** @returns how many there were */
  remove(table: string, which: (row: Row) => boolean): number {
    const doomed = this.rows(table).filter(which);
    if (doomed.length === 0) return 0;
    const own = this.added.get(table) ?? [];
    const gone = this.gone.get(table) ?? new Set();
    for (const row of doomed) {
      const at = own.indexOf(row);
      if (at >= 0) own.splice(at, 1);
      else gone.add(row);
    }
    if (gone.size > 0) this.gone.set(table, gone);
    return doomed.length;
  }

  update(table: string, which: (row: Row) => boolean, change: (row: Row) => Row): void {
    const changing = this.rows(table).filter(which);
    if (changing.length === 0) return;
    const old = new Set(changing);
    this.remove(table, (row) => old.has(row));
    this.insert(table, changing.map(change));
  }

  /** Adds columns, or gives them another type; makes the table if it isn't there. */
  define(table: string, columns: readonly ActualColumn[]): void {
    this.columns.set(table, [...(this.columns.get(table) ?? []), ...columns]);
  }

  forget(): void {
    this.added.clear();
    this.gone.clear();
    this.columns.clear();
  }
}
