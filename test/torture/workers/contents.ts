import { inflateSync } from 'node:zlib';
import { type Ask, askPostgres } from '../dump';

/** Ids of rows and loads, which are new in each run. */
const IDS = ['_dlt_id', '_dlt_load_id', '_dlt_parent_id', '_dlt_root_id'];

type Row = Readonly<Record<string, unknown>>;

/** What a dataset in Postgres holds, read without tidemark's code; two runs that loaded the same have the same. */
export interface Contents {
  /** Rows of each table, different row ids among them, and a hash over their values and those of the rows they belong to. */
  readonly tables: Readonly<Record<string, Row>>;
  readonly columns: readonly Row[];
  /** The ledger without what is a run's own; how many rows a load of tickets brought, too, since they change meanwhile. */
  readonly ledger: readonly Row[];
  readonly loads: readonly Row[];
  /** The newest state of each pipeline, and how many there were. */
  readonly states: readonly Row[];
  /** Of what may not be: all are 0. */
  readonly wrong: Row;
}

export const contentsOf = (url: string, dataset: string): Promise<Contents> =>
  askPostgres(url, (ask) => readContents(ask, dataset));

async function readContents(ask: Ask, dataset: string): Promise<Contents> {
  await ask(`SET search_path = ${dataset}`);
  await ask("SET TimeZone = 'UTC'");
  const names = (
    await ask(`SELECT table_name FROM information_schema.tables WHERE table_schema = '${dataset}' ORDER BY 1`)
  ).map(({ table_name }) => String(table_name));
  const data = names.filter((name) => !name.startsWith('_'));
  const parentOf = (name: string): string | undefined =>
    data.filter((other) => name.startsWith(`${other}__`)).sort((a, b) => b.length - a.length)[0];
  const hashed = (name: string): string => {
    const parent = parentOf(name);
    const values = `(to_jsonb(t) - '{${IDS.join(',')}}'::text[])::text`;
    return parent === undefined
      ? `SELECT t._dlt_id AS id, md5(${values}) AS hash FROM ${name} t`
      : `SELECT t._dlt_id AS id, md5(${values} || p.hash) AS hash FROM ${name} t LEFT JOIN (${hashed(parent)}) p ON p.id = t._dlt_parent_id`;
  };
  const tables: Record<string, Row> = {};
  for (const name of data)
    [tables[name]] = (await ask(
      `SELECT count(*) AS rows, count(DISTINCT id) AS ids, md5(string_agg(hash, '' ORDER BY hash)) AS hash FROM (${hashed(name)}) h`,
    )) as [Row];
  const roots = data.filter((name) => parentOf(name) === undefined);
  const counted = (from: string): string => `(SELECT count(*) FROM ${from})`;
  const sum = (parts: readonly string[]): string => parts.join(' + ');
  const [wrong] = await ask(`SELECT
    ${sum(data.filter((name) => parentOf(name) !== undefined).map((name) => counted(`${name} t LEFT JOIN ${parentOf(name)} p ON p._dlt_id = t._dlt_parent_id WHERE p._dlt_id IS NULL`)))} AS orphans,
    ${sum(roots.map((name) => counted(`${name} t LEFT JOIN _dlt_loads l ON l.load_id = t._dlt_load_id AND l.status = 0 WHERE l.load_id IS NULL`)))} AS rows_without_load,
    ${counted('_tidemark_intervals i LEFT JOIN _dlt_loads l ON l.load_id = i.load_id WHERE l.load_id IS NULL')} AS ledger_without_load,
    ${counted('_dlt_loads l LEFT JOIN _tidemark_intervals i ON l.load_id = i.load_id WHERE i.load_id IS NULL')} AS loads_without_ledger,
    ${counted('(SELECT inserted_at < max(inserted_at) OVER (ORDER BY load_id::numeric) AS early FROM _dlt_loads) l WHERE early')} AS loads_out_of_order,
    ${counted('(SELECT 1 FROM _dlt_version GROUP BY schema_name, version HAVING count(*) > 1) v')} AS doubled_versions,
    ${counted('_tidemark_claims')} AS claims`);
  return {
    tables,
    columns: await ask(
      `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = '${dataset}' ORDER BY 1, 2`,
    ),
    ledger: await ask(
      `SELECT pipeline, source, resource, generation, interval_start, interval_end, cursor_start, cursor_end, status, error_code,
        CASE WHEN resource = 'tickets' AND pipeline = 'history' THEN NULL ELSE rows END AS rows
      FROM _tidemark_intervals ORDER BY pipeline, resource, cursor_start, cursor_end`,
    ),
    loads: await ask(
      'SELECT schema_name, status, count(*) AS loads FROM _dlt_loads GROUP BY schema_name, status ORDER BY 1, 2',
    ),
    states: (
      await ask(
        'SELECT DISTINCT ON (pipeline_name) pipeline_name, state, count(*) OVER (PARTITION BY pipeline_name) AS states FROM _dlt_pipeline_state ORDER BY pipeline_name, version DESC, _dlt_load_id DESC',
      )
    ).map(({ state, ...row }) => ({ ...row, sources: sourcesOf(String(state)) })),
    wrong: wrong!,
  };
}

const sourcesOf = (state: string): unknown =>
  (
    JSON.parse(inflateSync(new Uint8Array(Buffer.from(state, 'base64'))).toString()) as {
      readonly sources: unknown;
    }
  ).sources;
