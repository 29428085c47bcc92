import { z } from 'zod';
import { secret } from '../../config';
import { checkInstalled } from '../../optional-package';
import { connectionSettings, SSL_MODES } from '../../postgres-client';
import { type ConfigInput, defineSource, type Resource, type Source } from '../../source';
import { openPostgres } from './postgres';
import { resolveTable, tableSchema } from './table-config';
import { tableResource } from './table-resource';
import type { TableRow } from './types';

const config = z.object({
  connection: z
    .object({
      /** `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require`, a secret as a whole. */
      url: secret(z.string()).optional(),
      host: z.string().optional(),
      /** @default 5432 */
      port: z.number().int().optional(),
      /** @default the user's name */
      database: z.string().optional(),
      user: z.string().optional(),
      password: secret(z.string()).optional(),
      /** As libpq has them; `prefer` encrypts where the server can. @default 'prefer' */
      sslMode: z.enum(SSL_MODES).optional(),
      /** A file with the certificate of the authority that signed the server's. */
      sslRootCert: z.string().optional(),
    })
    .default({}),
  schema: z.string().default('public'),
  tables: z.array(tableSchema).min(1),
});

type TableSource = Source<Resource<string, TableRow>>;
type Settings = ConfigInput<typeof config>;

/** What the source takes: any part of its config; the connection may be its URL alone. */
export type PostgresTablesInput = Omit<Settings, 'connection'> & {
  readonly connection?: string | Settings['connection'];
};

/**
 * A Postgres source under a name of its own, for two databases in one dataset. The name is where config is looked up.
 *
 * @example const shop = postgresSource('shop'); // SOURCES__SHOP__CONNECTION__PASSWORD
 */
export function postgresSource(name: string): ((settings?: PostgresTablesInput) => TableSource) & {
  readonly sourceName: string;
} {
  const define = defineSource({
    name,
    config,
    resources: (c) =>
      c.tables.map((table) =>
        tableResource(resolveTable(table, c.schema), (options) =>
          openPostgres(connectionSettings(c.connection), options),
        ),
      ),
  });
  const make = ({ connection, ...more }: PostgresTablesInput = {}): TableSource => {
    checkInstalled('Postgres');
    return define({
      ...more,
      connection: typeof connection === 'string' ? { url: connection } : connection,
    });
  };
  return Object.assign(make, { sourceName: name });
}

/**
 * Tables and views of a Postgres database, each a resource with a cursor column.
 *
 * **With a cursor** a run reads `cursor >= start AND cursor < end ORDER BY cursor`, with bound parameters; the data interval
 * sets the range, so a backfill runs in parallel chunks. Rows are merged by the primary key that the catalogue has.
 * A run without an interval goes on from the last value. **Without one** the table is replaced by each run.
 *
 * Each load of a table is one transaction that only reads (`REPEATABLE READ`), and sees one state of the database; rows come
 * by a server-side cursor in pages. Two tables are two transactions.
 *
 * A row that is deleted there stays here. A transaction that commits late may bring rows with a cursor before the end of an
 * interval that is loaded already: give the schedule a `delay` longer than transactions take, or runs without interval a `lag`.
 *
 * numeric, bigint and timestamps keep every digit; JSON and arrays stay JSON unless `nested: 'tables'`. Timestamps without
 * a zone are taken to be in UTC, as cursors too.
 *
 * Source of these rules: postgresql.org/docs, "Transaction Isolation", "System Catalogs", "SSL Support".
 *
 * @throws CONFIG_INVALID where `pg` and its two companions aren't installed, and when listed; SOURCE_UNREACHABLE, SOURCE_UNAUTHORIZED, SOURCE_NOT_FOUND, SOURCE_REFUSED,
 * PRIMARY_KEY_REQUIRED, CURSOR_VALUE_NULL in a run
 * @example
 * postgresTables({ connection: 'postgresql://reader:…@db.example.com/shop', tables: [
 *   { name: 'orders', cursor: 'updated_at' }, { name: 'order_events', cursor: 'created_at', writeDisposition: 'append' }, 'countries',
 * ] })
 */
export const postgresTables = postgresSource('postgres');
