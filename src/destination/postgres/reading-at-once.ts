import { LEDGER_TABLE } from '../../ledger';
import { LOADS_TABLE, parseSchema, STATE_TABLE, VERSION_TABLE } from '../../schema';
import { parseState } from '../../state';
import { type ActualTables, DATASET_TABLE, type FactsOf, type StoredFacts } from '../commit';
import { factQueries, LOAD_IDS, type SqlConnection, type StoredAccess } from '../sql';

interface Asked extends Pick<SqlConnection, 'rows' | 'dialect'> {
  readonly tables: ActualTables;
}

const ALL = [VERSION_TABLE, LOADS_TABLE, STATE_TABLE, LEDGER_TABLE, DATASET_TABLE];

/** Reads all facts of a dataset by one statement, since each costs a way to the server and back while others wait for the lock. */
export function readingAtOnce(
  { reader, writer }: StoredAccess,
  { tables, dialect, rows }: Asked,
): StoredAccess {
  if (!ALL.every((name) => tables.has(name))) return { reader, writer };
  const { schema, state, lastLoadId, generations, datasetId } = factQueries(dialect);
  const statement =
    `SELECT (${schema}) AS "schema", (${state}) AS state,` +
    ` (SELECT json_object_agg(resource, generation)::text FROM (${generations.sql}) AS newest) AS generations,` +
    ` (${lastLoadId(LOAD_IDS)}) AS last_load_id, (${datasetId}) AS dataset_id`;

  async function facts({ pipeline, schemaName }: FactsOf): Promise<StoredFacts> {
    const [row] = await rows(statement, [
      schemaName,
      pipeline,
      ...Array<string>(generations.params).fill(schemaName),
    ]);
    const text = (name: string): string | undefined => {
      const value = row?.[name];
      return value === null || value === undefined ? undefined : String(value);
    };
    const [stored, kept, newest] = [text('schema'), text('state'), text('generations')];
    return {
      schema: stored === undefined ? undefined : parseSchema(stored),
      state: kept === undefined ? undefined : parseState(kept),
      generations: newest === undefined ? {} : JSON.parse(newest),
      lastLoadId: text('last_load_id'),
      datasetId: text('dataset_id'),
    };
  }

  return { reader: { ...reader, facts }, writer };
}
