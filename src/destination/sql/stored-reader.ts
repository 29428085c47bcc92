import { instantMs } from '../../interval';
import {
  COST_COLUMNS,
  LEDGER_COLUMNS,
  LEDGER_TABLE,
  type LedgerFilter,
  type LedgerRow,
  ledgerRowOf,
} from '../../ledger';
import { LOADS_TABLE, parseSchema, STATE_TABLE, VERSION_TABLE } from '../../schema';
import { parseState } from '../../state';
import {
  type ActualTables,
  CLAIMS_TABLE,
  DATASET_TABLE,
  type FactReader,
  readFacts,
  type StoredReader,
} from '../commit';
import type { Attempt, CommittedLoad } from '../types';
import type { Dialect } from './dialect';
import type { SqlRow } from './driver';
import { factQueries, LOAD_IDS } from './fact-queries';
import type { SqlParam } from './scripting';
import type { SqlSession } from './transaction';

/** Reads what a dataset keeps about its loads by SQL. @param actual the dataset's tables */
export function storedReader(session: SqlSession, actual: ActualTables): StoredReader {
  const { dialect } = session;
  const has = (table: string): boolean => actual.has(table);
  const facts = factReader(session, has);

  async function ledger(filter: LedgerFilter): Promise<readonly LedgerRow[]> {
    if (!has(LEDGER_TABLE)) return [];
    const { where, params } = conditionOf(filter, dialect);
    const there = new Set(actual.get(LEDGER_TABLE)?.map(({ name }) => name));
    const columns = [...LEDGER_COLUMNS, ...COST_COLUMNS.filter((name) => there.has(name))]
      .map((name) => dialect.quote(name))
      .join(', ');
    const limit = filter.limit === undefined ? '' : ` LIMIT ${Math.max(0, Math.trunc(filter.limit))}`;
    const rows = await session.rows(
      `SELECT ${columns} FROM ${dialect.table(LEDGER_TABLE)}${where} ORDER BY committed_at DESC, ${dialect.nullsLast('load_id', 'desc')}${limit}`,
      params,
    );
    return rows.map(ledgerRowOf).reverse();
  }

  async function hasAny(loadKeys: readonly string[]): Promise<boolean> {
    if (!has(LEDGER_TABLE)) return false;
    const [row] = await session.rows(
      `SELECT count(*) AS loads FROM ${dialect.table(LEDGER_TABLE)} WHERE ${oneOf('load_key', loadKeys)}`,
      loadKeys,
    );
    return Number(row?.loads) > 0;
  }

  return {
    ...facts,
    facts: (of) => readFacts(facts, of),
    ledger,

    async otherSchemaNames(name) {
      if (!has(VERSION_TABLE)) return [];
      const rows = await session.rows(
        `SELECT DISTINCT schema_name FROM ${dialect.table(VERSION_TABLE)} WHERE schema_name <> ? ORDER BY schema_name`,
        [name],
      );
      return rows.map((row) => String(row.schema_name));
    },

    async findLoads(loadKeys) {
      const found = new Map<string, LedgerRow[]>();
      // Mostly there is none: to learn that takes half as long as to ask for rows.
      if (!(await hasAny(loadKeys))) return new Map();
      for (const row of await ledger({ loadKeys, status: ['loaded', 'superseded'] }))
        found.set(row.load_key, [...(found.get(row.load_key) ?? []), row]);
      return new Map([...found].map(([loadKey, rows]) => [loadKey, committedLoad(loadKey, rows)]));
    },

    async holdersOf(loadKeys) {
      if (!has(CLAIMS_TABLE) || loadKeys.length === 0) return new Map();
      const rows = await session.rows(
        `SELECT load_key, workflow_id, run_id, attempt FROM ${dialect.table(CLAIMS_TABLE)} WHERE ${oneOf('load_key', loadKeys)}`,
        loadKeys,
      );
      return new Map(rows.map((row) => [String(row.load_key), attemptOf(row)]));
    },
  };
}

function factReader(session: SqlSession, has: (table: string) => boolean): FactReader {
  const queries = factQueries(session.dialect);
  const one = async (sql: string, params: readonly SqlParam[] = []): Promise<string | undefined> => {
    const [row] = await session.rows(sql, params);
    return row === undefined ? undefined : textOf(Object.values(row)[0]);
  };
  return {
    async schema(name) {
      const stored = has(VERSION_TABLE) ? await one(queries.schema, [name]) : undefined;
      return stored === undefined ? undefined : parseSchema(stored);
    },

    async state(pipeline) {
      const stored = has(STATE_TABLE) && has(LOADS_TABLE) ? await one(queries.state, [pipeline]) : undefined;
      return stored === undefined ? undefined : parseState(stored);
    },

    async lastLoadId() {
      const there = LOAD_IDS.filter(([table]) => has(table));
      return there.length === 0 ? undefined : one(queries.lastLoadId(there));
    },

    async generations(source) {
      if (!has(LEDGER_TABLE)) return {};
      const { sql, params } = queries.generations;
      const rows = await session.rows(sql, Array<string>(params).fill(source));
      return Object.fromEntries(rows.map((row) => [String(row.resource), Number(row.generation)]));
    },

    datasetId: async () => (has(DATASET_TABLE) ? one(queries.datasetId) : undefined),
  };
}

const textOf = (value: unknown): string | undefined =>
  value === null || value === undefined ? undefined : String(value);

function attemptOf(row: SqlRow): Attempt {
  return { workflowId: String(row.workflow_id), runId: String(row.run_id), attempt: Number(row.attempt) };
}

/** One value is compared, not looked for in a list: that takes DuckDB twice as long. */
const oneOf = (column: string, values: readonly unknown[]): string =>
  values.length === 1 ? `${column} = ?` : `${column} IN (${values.map(() => '?').join(', ')})`;

function committedLoad(loadKey: string, rows: readonly LedgerRow[]): CommittedLoad {
  const loadId = rows.find((row) => row.load_id !== null)?.load_id ?? undefined;
  return { loadKey, loadId, committedAt: rows[0]!.committed_at, rows };
}

const isInOrder = (from: string | undefined, to: string | undefined): boolean =>
  from === undefined || to === undefined || instantMs(from) <= instantMs(to);

function conditionOf(
  filter: LedgerFilter,
  { instant: instantOf, byIndex }: Dialect,
): { where: string; params: SqlParam[] } {
  const instant = instantOf('?');
  const conditions: string[] = [];
  const params: SqlParam[] = [];
  for (const [column, value] of [
    ['pipeline', filter.pipeline],
    ['source', filter.source],
    ['resource', filter.resource],
  ] as const) {
    if (value === undefined) continue;
    conditions.push(`${column} = ?`);
    params.push(value);
  }
  if (filter.loadKeys !== undefined) {
    conditions.push(oneOf('load_key', filter.loadKeys));
    params.push(...filter.loadKeys);
  }
  if (filter.status !== undefined) {
    conditions.push(oneOf('status', filter.status));
    params.push(...filter.status);
  }
  const { from, to } = filter;
  if (from !== undefined || to !== undefined) {
    const touches = (what: string): string => {
      const all: string[] = [];
      // A range without length, as a manual run's, is where it starts.
      if (from !== undefined) {
        all.push(`(${what}_end > ${instant} OR ${what}_start >= ${instant})`);
        params.push(from, from);
      }
      if (to !== undefined) {
        all.push(`${what}_start < ${instant}`);
        params.push(to);
      }
      if (byIndex !== undefined && isInOrder(from, to)) {
        all.push(byIndex.touching(`${what}_start`, `${what}_end`));
        params.push(from ?? null, to ?? null);
      }
      return `(${all.join(' AND ')})`;
    };
    conditions.push(`(${touches('interval')} OR ${touches('cursor')})`);
  }
  return { where: conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`, params };
}
