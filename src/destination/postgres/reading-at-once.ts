import { LEDGER_TABLE } from '../../ledger';
import { LOADS_TABLE, parseSchema, STATE_TABLE, VERSION_TABLE } from '../../schema';
import { parseState } from '../../state';
import { type ActualTables, DATASET_TABLE, type FactsOf, type StoredFacts } from '../commit';
import { type Dialect, generationsByIndex, type SqlConnection, type StoredAccess } from '../sql';

interface Asked extends Pick<SqlConnection, 'rows'> {
  readonly tables: ActualTables;
  readonly dialect: Pick<Dialect, 'table' | 'quote'>;
}

/** Reads all facts of a dataset by one statement, since each costs a way to the server and back while others wait for the lock. */
export function readingAtOnce(
  { reader, writer }: StoredAccess,
  { tables, dialect, rows }: Asked,
): StoredAccess {
  const [version, loads, state, ledger, dataset] = [
    VERSION_TABLE,
    LOADS_TABLE,
    STATE_TABLE,
    LEDGER_TABLE,
    DATASET_TABLE,
  ].map((name) => (tables.has(name) ? dialect.table(name) : undefined));
  if ([version, loads, state, ledger, dataset].includes(undefined)) return { reader, writer };
  const statement = `SELECT
    (SELECT ${dialect.quote('schema')} FROM ${version} WHERE schema_name = ? ORDER BY inserted_at DESC, version DESC LIMIT 1) AS "schema",
    (SELECT s.state FROM ${state} s JOIN ${loads} l ON l.load_id = s._dlt_load_id
      WHERE s.pipeline_name = ? AND l.status = 0 ORDER BY l.load_id DESC LIMIT 1) AS state,
    (SELECT json_object_agg(resource, generation)::text FROM (${generationsByIndex(ledger!)}) AS newest) AS generations,
    greatest((SELECT max(load_id) FROM ${loads}), (SELECT max(_dlt_load_id) FROM ${state}), (SELECT max(load_id) FROM ${ledger})) AS last_load_id,
    (SELECT min(dataset_id) FROM ${dataset}) AS dataset_id`;

  async function facts({ pipeline, schemaName }: FactsOf): Promise<StoredFacts> {
    const [row] = await rows(statement, [schemaName, pipeline, schemaName, schemaName, schemaName]);
    const text = (name: string): string | undefined => {
      const value = row?.[name];
      return value === null || value === undefined ? undefined : String(value);
    };
    const [schema, stored, generations] = [text('schema'), text('state'), text('generations')];
    return {
      schema: schema === undefined ? undefined : parseSchema(schema),
      state: stored === undefined ? undefined : parseState(stored),
      generations: generations === undefined ? {} : JSON.parse(generations),
      lastLoadId: text('last_load_id'),
      datasetId: text('dataset_id'),
    };
  }

  return { reader: { ...reader, facts }, writer };
}
