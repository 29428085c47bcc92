import { parseState } from '../../src/state';
import type { Row, Turns } from './turns';

/** Tables that only tidemark has. */
const OWN = '_tidemark_';

/** Everything that dlt knows of a dataset, without what differs from run to run: ids, times and load ids are by what they stand for. */
export interface Contents {
  /** `table.column`: type and whether it may be null, in their order. */
  readonly columns: readonly string[];
  readonly rows: Readonly<Record<string, readonly string[]>>;
  readonly loads: readonly string[];
  readonly schemas: readonly string[];
  readonly state: unknown;
}

const COLUMNS = `SELECT table_name, column_name, data_type, character_maximum_length AS length, numeric_precision AS precision,
  numeric_scale AS scale, datetime_precision AS fraction, is_nullable FROM information_schema.columns
  WHERE table_schema = 'shop_data' ORDER BY table_name, ordinal_position`;

export async function contentsOf(turns: Turns, stableIds: boolean): Promise<Contents> {
  const columns = (await turns.query(COLUMNS)).filter(
    ({ table_name }) => !String(table_name).startsWith(OWN),
  );
  const tables = [...new Set(columns.map(({ table_name }) => String(table_name)))];
  const stored = new Map<string, readonly Row[]>();
  for (const table of tables.filter((name) => !name.startsWith('_dlt_')))
    stored.set(table, await turns.query(`SELECT * FROM "${table}"`));
  const loads = await turns.query('SELECT * FROM _dlt_loads ORDER BY load_id');
  const schemas = await turns.query('SELECT * FROM _dlt_version ORDER BY inserted_at');
  const [state] = await turns.query('SELECT * FROM _dlt_pipeline_state ORDER BY _dlt_load_id DESC LIMIT 1');
  const loadIds = loads.map(({ load_id }) => load_id);
  return {
    columns: columns.map(columnText),
    rows: rowTexts(stored, { loadIds, stableIds }),
    loads: loads.map(({ load_id, inserted_at, ...row }) => text(row)),
    schemas: schemas.map(({ schema, inserted_at, version, ...row }) => text(row)),
    state: stateOf(state!),
  };
}

/** A state without its versions, tidemark's marks, and sources that have nothing: dlt writes one where a table is replaced. */
function stateOf({ engine_version, pipeline_name, state }: Row): unknown {
  const {
    _local,
    _state_version,
    _version_hash,
    sources = {},
    tidemark,
    ...content
  } = parseState(String(state)) as Row;
  const filled = Object.entries(sources as object).filter(([, one]) => Object.keys(one as object).length > 0);
  return { engine_version, pipeline_name, ...content, sources: Object.fromEntries(filled) };
}

const columnText = ({ table_name, column_name, ...type }: Row): string =>
  `${table_name}.${column_name}: ${Object.values(type)
    .filter((part) => part !== null)
    .join(' ')}`;

/** Values as JSON has them, or by their text. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));

/** Rows with the content of their parent and root in place of ids. */
function rowTexts(
  stored: ReadonlyMap<string, readonly Row[]>,
  { loadIds, stableIds }: { readonly loadIds: readonly unknown[]; readonly stableIds: boolean },
): Record<string, readonly string[]> {
  const byId = new Map([...stored.values()].flat().map((row) => [row._dlt_id, row]));
  const times = [...byId.values()].flatMap(({ _dlt_valid_from, _dlt_valid_to }) => [
    _dlt_valid_from,
    _dlt_valid_to,
  ]);
  const moments = [...new Set(times.map(String))].sort();
  const meant = (name: string, value: unknown): unknown => {
    if (name === '_dlt_load_id') return loadIds.indexOf(value);
    if (name === '_dlt_valid_from' || name === '_dlt_valid_to') return moments.indexOf(String(value));
    return name === '_dlt_parent_id' || name === '_dlt_root_id' ? named(byId.get(value)) : value;
  };
  const named = (row: Row | undefined): unknown => {
    if (row === undefined) return 'nowhere';
    const cells = Object.entries(row).filter(([name]) => stableIds || name !== '_dlt_id');
    return Object.fromEntries(cells.map(([name, value]) => [name, meant(name, value)]));
  };
  return Object.fromEntries(
    [...stored].map(([table, rows]) => [table, rows.map((row) => text(named(row))).sort()]),
  );
}
