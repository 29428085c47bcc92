import { z } from 'zod';
import { defineSource } from '../../source';
import { openDuckdb } from './duckdb';
import { resolveTable, tableSchema } from './table-config';
import { tableResource } from './table-resource';

const config = z.object({
  /** The database file. */
  path: z.string(),
  schema: z.string().default('main'),
  tables: z.array(tableSchema).min(1),
});

/**
 * A DuckDB source under a name of its own, for two files in one dataset. The name is where config is looked up.
 *
 * @example const lab = duckdbSource('lab'); // SOURCES__LAB__PATH
 */
export const duckdbSource = (name: string) =>
  defineSource({
    name,
    config,
    resources: (c) =>
      c.tables.map((table) =>
        tableResource(resolveTable(table, c.schema), (options) => openDuckdb(c.path, options)),
      ),
  });

/**
 * Tables and views of a DuckDB file, each a resource with a cursor column, as `postgresTables` has them.
 *
 * The file is opened for reading only, which DuckDB allows while no program writes to it: it can't be the file that the
 * pipeline loads into. Each load of a table sees one state of it. Decimals, big integers and timestamps keep every digit; lists,
 * structs, maps and JSON stay JSON unless `nested: 'tables'`.
 *
 * @throws CONFIG_INVALID when listed; SOURCE_NOT_FOUND, SOURCE_UNREACHABLE, SOURCE_REFUSED, PRIMARY_KEY_REQUIRED,
 * CURSOR_VALUE_NULL in a run
 * @example duckdbTables({ path: 'lab.duckdb', tables: [{ name: 'measurements', cursor: 'measured_at' }] })
 */
export const duckdbTables = duckdbSource('duckdb');
