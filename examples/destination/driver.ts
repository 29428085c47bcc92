import type { BindParams, Database } from 'sql.js';
import {
  type ActualTables,
  isTidemarkError,
  readChunk,
  type SqlConnection,
  type SqlDriver,
  type SqlParam,
  type SqlRow,
  TidemarkError,
  withCommitLock,
} from 'tidemark/destination';
import { sqliteDialect } from './dialect';
import { type Cell, cellOf, paramOf, typedValue } from './values';

/** A database with one dataset, which is attached under its name. */
export interface SqliteDataset {
  readonly database: Database;
  readonly name: string;
}

/** Where a dataset is, and how it is had. */
export interface SqlitePlace {
  readonly location: string;
  readonly dataset: () => Promise<SqliteDataset>;
  readonly exists: () => boolean;
}

/** The driver of one dataset. A database in memory has one connection, which its users have one after the other. */
export function connectTo({ location, dataset, exists }: SqlitePlace): SqlDriver {
  const connect: SqlDriver['connect'] = (work) =>
    withCommitLock(`connection of ${location}`, async () => work(connectionTo(await dataset())));
  return {
    location,
    capabilities: { alterType: false },
    exists: async () => exists(),
    connect,
    exclusive: (work) => withCommitLock(location, () => work(connect)),
    close: async () => {},
  };
}

function connectionTo({ database, name }: SqliteDataset): SqlConnection {
  const dialect = sqliteDialect(name);
  const temporary: string[] = [];

  function read(sql: string, params: readonly Cell[]): { names: string[]; cells: Cell[][] } {
    const statement = database.prepare(sql);
    try {
      statement.bind([...params] as BindParams);
      const cells: Cell[][] = [];
      // Without it, whole numbers beyond 2^53 lose their last digits.
      const exact = { useBigInt: true };
      while (statement.step()) cells.push((statement.get as (...of: unknown[]) => Cell[])(null, exact));
      return { names: statement.getColumnNames(), cells };
    } finally {
      statement.free();
    }
  }

  async function rows(sql: string, params: readonly SqlParam[] = []): Promise<readonly SqlRow[]> {
    try {
      const { names, cells } = read(sql, params.map(paramOf));
      return cells.map((row) =>
        Object.fromEntries(row.map((cell, at) => [names[at]!, typedValue(cell, '')])),
      );
    } catch (error) {
      throw refused(error);
    }
  }

  async function run(sql: string, params: readonly SqlParam[] = []): Promise<number> {
    try {
      database.run(sql, params.map(paramOf) as BindParams);
    } catch (error) {
      throw refused(error);
    }
    const made = /^CREATE TEMP TABLE ("[^"]+")/.exec(sql)?.[1];
    if (made !== undefined) temporary.push(made);
    return database.getRowsModified();
  }

  /** The types with which the columns of a query were declared, '' for an expression; a view of it has them. */
  function declaredTypes(sql: string): string[] {
    const bare = sql.replace(/'[^']*'|"[^"]*"|\?/g, (part) => (part === '?' ? 'NULL' : part));
    try {
      database.run(`CREATE TEMP VIEW typed AS ${bare.replace(/[;\s]+$/, '')}`);
    } catch {
      return [];
    }
    const { cells } = read('PRAGMA temp.table_info(typed)', []);
    database.run('DROP VIEW temp.typed');
    return cells.map(([, , type]) => String(type));
  }

  return {
    dialect,
    rows,
    run,
    async begin() {
      await run('BEGIN');
    },

    async commit() {
      for (const one of temporary.splice(0)) await run(`DROP TABLE temp.${one}`);
      await run('COMMIT');
    },

    async rollback() {
      temporary.length = 0;
      await run('ROLLBACK');
    },

    async introspect(): Promise<ActualTables> {
      const found = read(`SELECT name FROM ${dialect.quote(name)}.sqlite_master WHERE type = 'table'`, []);
      return new Map(
        found.cells.map(([table]) => {
          const columns = read(
            `PRAGMA ${dialect.quote(name)}.table_info(${dialect.quote(String(table))})`,
            [],
          );
          return [
            String(table).toLowerCase(),
            columns.cells.map(([, column, type, required]) => ({
              name: String(column).toLowerCase(),
              type: String(type),
              nullable: required === 0n,
            })),
          ];
        }),
      );
    },

    async relations() {
      const schema = `${dialect.quote(name)}.sqlite_master`;
      return read(`SELECT name FROM ${schema} WHERE type IN ('table', 'view')`, []).cells.map(([found]) =>
        String(found),
      );
    },

    // It is there, since it was attached; that can't be done within a transaction.
    async createDataset() {},

    async bulkAppend({ table, temporary: isTemporary, constants }, chunks) {
      const into = isTemporary ? `temp.${dialect.quote(table)}` : dialect.table(table);
      let appended = 0;
      for await (const chunk of chunks) {
        const columns = [...chunk.columns.map((column) => column.name), ...Object.keys(constants)];
        const places = columns.map(() => '?').join(', ');
        const names = columns.map(dialect.quote).join(', ');
        try {
          const statement = database.prepare(`INSERT INTO ${into} (${names}) VALUES (${places})`);
          for (const row of readChunk(chunk)) {
            const cells = chunk.columns.map((column) => cellOf(row[column.name], column.type));
            statement.run([...cells, ...Object.values(constants)] as BindParams);
          }
          statement.free();
        } catch (error) {
          throw refused(error);
        }
        appended += chunk.rows;
      }
      return appended;
    },

    async query(sql, params) {
      try {
        const types = declaredTypes(sql);
        database.run('PRAGMA query_only = 1');
        const { names, cells } = read(sql, params.map(paramOf));
        return {
          columns: names.map((column, at) => ({ name: column, type: types[at] ?? '' })),
          rows: cells.map((row) =>
            Object.fromEntries(row.map((cell, at) => [names[at]!, typedValue(cell, types[at] ?? '')])),
          ),
        };
      } catch (error) {
        if (isTidemarkError(error)) throw error;
        throw new TidemarkError('QUERY_FAILED', `The query failed: ${messageOf(error)}`, { cause: error });
      } finally {
        database.run('PRAGMA query_only = 0');
      }
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function refused(error: unknown): unknown {
  if (isTidemarkError(error)) return error;
  const missing = /NOT NULL constraint failed: (?:.*\.)?([^.]+)\.([^.]+)$/.exec(messageOf(error));
  if (missing !== null)
    return new TidemarkError(
      'NULL_IN_NOT_NULL',
      `A row of table "${missing[1]}" has no value in column "${missing[2]}", which is required.`,
      { cause: error },
    );
  return new TidemarkError('DESTINATION_REFUSED', `SQLite refused: ${messageOf(error)}`, { cause: error });
}
