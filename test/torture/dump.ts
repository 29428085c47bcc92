import { inflateSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { Client } from 'pg';

type Row = Record<string, unknown>;
/** Asks a database without tidemark's code. */
export type Ask = (sql: string) => Promise<Row[]>;

export async function askDuckdb<T>(file: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    return await work(async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson() as Row[]);
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}

/** Values are the server's texts. */
export async function askPostgres<T>(url: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const text = (value: unknown): unknown => value;
  const client = new Client({ connectionString: url, types: { getTypeParser: () => text } });
  await client.connect();
  try {
    return await work(async (sql) => (await client.query<Row>(sql)).rows);
  } finally {
    await client.end();
  }
}

/**
 * Everything that a dataset holds, read without tidemark's code, in a form that two undisturbed runs share: ids are
 * replaced by the content of what they point at, load ids by their number in order, times of commit left out.
 */
export async function dump(ask: Ask): Promise<Record<string, unknown>> {
  const all = async (sql: string, ...without: readonly string[]): Promise<Row[]> =>
    (await ask(sql)).map((row) => omit(row, without));
  const exists = async (table: string): Promise<boolean> =>
    (
      await all(
        `SELECT 1 AS x FROM information_schema.tables WHERE table_schema = 'events' AND table_name = '${table}'`,
      )
    ).length > 0;
  if (!(await exists('_dlt_loads'))) return { empty: true };
  const number = '(SELECT count(*) FROM events._dlt_loads l WHERE l.load_id <= t._dlt_load_id)';
  const [state] =
    await all(`SELECT s.state FROM events._dlt_pipeline_state s JOIN events._dlt_loads l ON l.load_id = s._dlt_load_id
      WHERE l.status = 0 ORDER BY s._dlt_load_id DESC LIMIT 1`);
  return {
    events: await all(
      `SELECT t.*, ${number} AS load FROM events.ticket_events t ORDER BY t.id, load`,
      '_dlt_id',
      '_dlt_load_id',
    ),
    children: await all(
      `SELECT c.*, p.id AS parent FROM events.ticket_events__child_events c
      LEFT JOIN events.ticket_events p ON p._dlt_id = c._dlt_parent_id ORDER BY parent, c._dlt_list_idx`,
      '_dlt_id',
      '_dlt_parent_id',
      '_dlt_root_id',
    ),
    tags: await all(`SELECT g.value, g._dlt_list_idx, c.id AS parent, p.id AS root FROM events.ticket_events__child_events__tags g
      LEFT JOIN events.ticket_events__child_events c ON c._dlt_id = g._dlt_parent_id
      LEFT JOIN events.ticket_events p ON p._dlt_id = c._dlt_parent_id ORDER BY root, parent, g._dlt_list_idx`),
    orphans: await all(
      `SELECT count(*) AS n FROM events.ticket_events__child_events WHERE _dlt_parent_id NOT IN (SELECT _dlt_id FROM events.ticket_events)`,
    ),
    state:
      state === undefined
        ? null
        : JSON.parse(inflateSync(new Uint8Array(Buffer.from(String(state['state']), 'base64'))).toString())[
            'sources'
          ],
    loads: await all(`SELECT schema_name, status FROM events._dlt_loads ORDER BY load_id`),
    ledger:
      await all(`SELECT pipeline, source, resource, generation, interval_start, interval_end, cursor_start, cursor_end, load_key, rows, status,
        (SELECT count(*) FROM events._dlt_loads l WHERE l.load_id <= i.load_id) AS load FROM events._tidemark_intervals i ORDER BY load_key, status`),
    versions: await all('SELECT version, schema_name FROM events._dlt_version ORDER BY inserted_at'),
    strangers: await all(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'events' ORDER BY 1`,
    ),
  };
}

const omit = (row: Row, keys: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)));
