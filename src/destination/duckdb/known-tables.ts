import type { ActualTables } from '../commit';

/** Statements that change which tables there are; temporary ones are a connection's own. */
const CHANGES_TABLES = /^\s*(CREATE (?!TEMP)|ALTER |DROP )/i;

export const changesTables = (sql: string): boolean => CHANGES_TABLES.test(sql);

/**
 * What is known of the tables of an open file. Only this process can change them while it holds the file, and DuckDB takes
 * milliseconds to list them, more than a small load takes otherwise.
 */
export class KnownTables {
  readonly #tables = new Map<string, ActualTables>();
  #version = 0;

  /** Told with what is kept: what was read before a change isn't. */
  get version(): number {
    return this.#version;
  }

  of(dataset: string): ActualTables | undefined {
    return this.#tables.get(dataset);
  }

  keep(dataset: string, tables: ActualTables, version: number): void {
    if (version === this.#version) this.#tables.set(dataset, tables);
  }

  /** Called after each statement that changes tables, and again when its transaction has ended. */
  changed(): void {
    this.#version += 1;
    this.#tables.clear();
  }
}
