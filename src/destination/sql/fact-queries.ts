import { LEDGER_TABLE } from '../../ledger';
import { LOADS_TABLE, STATE_TABLE, VERSION_TABLE } from '../../schema';
import { DATASET_TABLE } from '../commit';
import type { Dialect } from './dialect';

/** Where load ids are kept. */
export const LOAD_IDS: readonly (readonly [table: string, column: string])[] = [
  [LOADS_TABLE, 'load_id'],
  [STATE_TABLE, '_dlt_load_id'],
  [LEDGER_TABLE, 'load_id'],
];

/** How each fact of a dataset is asked for: one column, of one row unless it is said otherwise. The tables are there. */
export const factQueries = ({ quote, table, byIndex }: Pick<Dialect, 'quote' | 'table' | 'byIndex'>) => ({
  /** The newest schema of a name, which is the parameter. */
  schema: `SELECT ${quote('schema')} FROM ${table(VERSION_TABLE)} WHERE schema_name = ? ORDER BY inserted_at DESC, version DESC LIMIT 1`,

  /** The state of a pipeline, which is the parameter. dlt's own choice: a state whose load isn't finished doesn't count. */
  state:
    `SELECT s.state FROM ${table(STATE_TABLE)} s JOIN ${table(LOADS_TABLE)} l ON l.load_id = s._dlt_load_id` +
    ' WHERE s.pipeline_name = ? AND l.status = 0 ORDER BY l.load_id DESC LIMIT 1',

  /** The greatest load id of some tables. */
  lastLoadId(of: typeof LOAD_IDS): string {
    const each = of.map(([name, column]) => `SELECT max(${column}) AS id FROM ${table(name)}`);
    return `SELECT max(id) AS id FROM (${each.join(' UNION ALL ')}) AS ids`;
  },

  /** Rows with the newest generation of each resource of a source, which is each of the parameters. */
  generations:
    byIndex === undefined
      ? {
          sql: `SELECT resource, max(generation) AS generation FROM ${table(LEDGER_TABLE)} WHERE source = ? GROUP BY resource`,
          params: 1,
        }
      : { sql: generationsByIndex(table(LEDGER_TABLE)), params: 3 },

  datasetId: `SELECT min(dataset_id) AS id FROM ${table(DATASET_TABLE)}`,
});

/** Where an index has the rows in order: each resource is sought, and its newest generation, whatever lies between. */
function generationsByIndex(ledger: string): string {
  return (
    `WITH RECURSIVE found (resource) AS (SELECT min(resource) FROM ${ledger} WHERE source = ? UNION ALL` +
    ` SELECT (SELECT min(l.resource) FROM ${ledger} l WHERE l.source = ? AND l.resource > found.resource) FROM found WHERE found.resource IS NOT NULL)` +
    ` SELECT resource, (SELECT max(l.generation) FROM ${ledger} l WHERE l.source = ? AND l.resource = found.resource) AS generation` +
    ' FROM found WHERE resource IS NOT NULL'
  );
}
