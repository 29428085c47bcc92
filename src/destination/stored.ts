import {
  LEDGER_COLUMNS,
  LEDGER_TABLE,
  type LedgerFilter,
  type LedgerRow,
  ledgerRowOf,
} from '../ledger/index';
import { LOADS_TABLE, parseSchema, STATE_TABLE, type StoredSchema, VERSION_TABLE } from '../schema/index';
import { type PipelineState, parseState } from '../state/index';
import { CLAIMS_TABLE, DATASET_TABLE } from './own-tables';
import type { ActualTables, SqlParam, SqlSession } from './sql';
import type { Attempt, CommittedLoad } from './types';

/** Reads what a dataset keeps about its loads. A table that isn't there yet holds nothing. */
export interface StoredReader {
  newestSchema(name: string): Promise<StoredSchema | undefined>;
  /** The newest schema of every other name. */
  otherSchemas(name: string): Promise<readonly StoredSchema[]>;
  newestState(pipeline: string): Promise<PipelineState | undefined>;
  /** Greatest load id of any table that has one, as text. */
  lastLoadId(): Promise<string | undefined>;
  generations(source: string): Promise<Readonly<Record<string, number>>>;
  findLoad(loadKey: string): Promise<CommittedLoad | undefined>;
  holderOf(loadKey: string): Promise<Attempt | undefined>;
  datasetId(): Promise<string | undefined>;
  ledger(filter: LedgerFilter): Promise<readonly LedgerRow[]>;
}

export function storedReader(session: SqlSession, actual: ActualTables): StoredReader {
  const { dialect } = session;
  const has = (table: string): boolean => actual.has(table);

  async function ledger(filter: LedgerFilter): Promise<readonly LedgerRow[]> {
    if (!has(LEDGER_TABLE)) return [];
    const { where, params } = conditionOf(filter, dialect.instant('?'));
    const columns = LEDGER_COLUMNS.map((name) => dialect.quote(name)).join(', ');
    const limit = filter.limit === undefined ? '' : ` LIMIT ${Math.max(0, Math.trunc(filter.limit))}`;
    const rows = await session.rows(
      `SELECT ${columns} FROM ${dialect.table(LEDGER_TABLE)}${where} ORDER BY committed_at DESC, load_id DESC NULLS LAST${limit}`,
      params,
    );
    return rows.map(ledgerRowOf).reverse();
  }

  async function newestSchema(name: string): Promise<StoredSchema | undefined> {
    if (!has(VERSION_TABLE)) return undefined;
    const [row] = await session.rows(
      `SELECT ${dialect.quote('schema')} AS stored FROM ${dialect.table(VERSION_TABLE)} WHERE schema_name = ? ORDER BY inserted_at DESC, version DESC LIMIT 1`,
      [name],
    );
    return row === undefined ? undefined : parseSchema(String(row.stored));
  }

  return {
    ledger,
    newestSchema,

    async otherSchemas(name) {
      if (!has(VERSION_TABLE)) return [];
      const rows = await session.rows(
        `SELECT DISTINCT schema_name FROM ${dialect.table(VERSION_TABLE)} WHERE schema_name <> ? ORDER BY schema_name`,
        [name],
      );
      const schemas: StoredSchema[] = [];
      for (const row of rows) {
        const schema = await newestSchema(String(row.schema_name));
        if (schema !== undefined) schemas.push(schema);
      }
      return schemas;
    },

    async newestState(pipeline) {
      if (!has(STATE_TABLE) || !has(LOADS_TABLE)) return undefined;
      // dlt's own choice: a state whose load isn't finished doesn't count.
      const [row] = await session.rows(
        `SELECT s.state FROM ${dialect.table(STATE_TABLE)} s JOIN ${dialect.table(LOADS_TABLE)} l ON l.load_id = s._dlt_load_id` +
          ' WHERE s.pipeline_name = ? AND l.status = 0 ORDER BY l.load_id DESC LIMIT 1',
        [pipeline],
      );
      return row === undefined ? undefined : parseState(String(row.state));
    },

    async lastLoadId() {
      const sources = [
        [LOADS_TABLE, 'load_id'],
        [STATE_TABLE, '_dlt_load_id'],
        [LEDGER_TABLE, 'load_id'],
      ].filter(([table]) => has(table!));
      if (sources.length === 0) return undefined;
      const union = sources.map(
        ([table, column]) => `SELECT max(${column}) AS id FROM ${dialect.table(table!)}`,
      );
      const [row] = await session.rows(`SELECT max(id) AS id FROM (${union.join(' UNION ALL ')})`);
      return row?.id === null || row?.id === undefined ? undefined : String(row.id);
    },

    async generations(source) {
      if (!has(LEDGER_TABLE)) return {};
      const rows = await session.rows(
        `SELECT resource, max(generation) AS generation FROM ${dialect.table(LEDGER_TABLE)} WHERE source = ? GROUP BY resource`,
        [source],
      );
      return Object.fromEntries(rows.map((row) => [String(row.resource), Number(row.generation)]));
    },

    async findLoad(loadKey) {
      const rows = await ledger({ loadKey, status: ['loaded', 'superseded'] });
      const first = rows[0];
      if (first === undefined) return undefined;
      const loadId = rows.find((row) => row.load_id !== null)?.load_id ?? undefined;
      return { loadKey, loadId, committedAt: first.committed_at, rows };
    },

    async holderOf(loadKey) {
      if (!has(CLAIMS_TABLE)) return undefined;
      const [row] = await session.rows(
        `SELECT workflow_id, run_id, attempt FROM ${dialect.table(CLAIMS_TABLE)} WHERE load_key = ?`,
        [loadKey],
      );
      if (row === undefined) return undefined;
      return { workflowId: String(row.workflow_id), runId: String(row.run_id), attempt: Number(row.attempt) };
    },

    async datasetId() {
      if (!has(DATASET_TABLE)) return undefined;
      const [row] = await session.rows(`SELECT min(dataset_id) AS id FROM ${dialect.table(DATASET_TABLE)}`);
      return row?.id === null || row?.id === undefined ? undefined : String(row.id);
    },
  };
}

function conditionOf(filter: LedgerFilter, instant: string): { where: string; params: SqlParam[] } {
  const conditions: string[] = [];
  const params: SqlParam[] = [];
  for (const [column, value] of [
    ['pipeline', filter.pipeline],
    ['source', filter.source],
    ['resource', filter.resource],
    ['load_key', filter.loadKey],
  ] as const) {
    if (value === undefined) continue;
    conditions.push(`${column} = ?`);
    params.push(value);
  }
  if (filter.status !== undefined) {
    conditions.push(`status IN (${filter.status.map(() => '?').join(', ')})`);
    params.push(...filter.status);
  }
  // A range without length, as a manual run's, is where it starts.
  if (filter.from !== undefined) {
    const touches = (what: string): string => `${what}_end > ${instant} OR ${what}_start >= ${instant}`;
    conditions.push(`(${touches('interval')} OR ${touches('cursor')})`);
    params.push(filter.from, filter.from, filter.from, filter.from);
  }
  if (filter.to !== undefined) {
    conditions.push(`(interval_start < ${instant} OR cursor_start < ${instant})`);
    params.push(filter.to, filter.to);
  }
  return { where: conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`, params };
}
