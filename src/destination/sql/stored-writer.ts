import { randomBytes, randomUUID } from 'node:crypto';
import { COST_COLUMNS, LEDGER_COLUMNS, LEDGER_TABLE } from '../../ledger';
import { LOADS_TABLE, STATE_TABLE, serializeSchema, VERSION_TABLE } from '../../schema';
import { serializeState } from '../../state';
import { Timestamp } from '../../value';
import { type ActualTables, CLAIMS_TABLE, CLOSED_RUN, DATASET_TABLE, type StoredWriter } from '../commit';
import type { SessionParam } from './scripting';
import type { SqlSession } from './transaction';

const INSTANTS: ReadonlySet<string> = new Set([
  'interval_start',
  'interval_end',
  'cursor_start',
  'cursor_end',
  'committed_at',
]);

/** Writes the rows that a dataset keeps about its loads by SQL. @param actual its tables, as the transaction found them */
export function storedWriter(session: SqlSession, actual: ActualTables): StoredWriter {
  const { dialect } = session;
  const instant = dialect.instant('?');
  const iso = (micros: bigint): string => new Timestamp(micros).toString();

  function insert(
    table: string,
    values: Readonly<Record<string, SessionParam>>,
    instants: ReadonlySet<string>,
  ): Promise<void> {
    return insertAll(table, [values], instants);
  }

  /** @param rows one at least, all of the same columns */
  async function insertAll(
    table: string,
    rows: readonly Readonly<Record<string, SessionParam>>[],
    instants: ReadonlySet<string>,
  ): Promise<void> {
    const names = Object.keys(rows[0]!);
    const row = `(${names.map((name) => (instants.has(name) ? instant : '?')).join(', ')})`;
    await session.run(
      `INSERT INTO ${dialect.table(table)} (${names.map(dialect.quote).join(', ')}) VALUES ${rows.map(() => row).join(', ')}`,
      rows.flatMap((values) => Object.values(values)),
    );
  }

  async function newestSchemaAt(): Promise<bigint | undefined> {
    if (!actual.has(VERSION_TABLE)) return undefined;
    const [row] = await session.rows(
      `SELECT max(inserted_at) AS newest FROM ${dialect.table(VERSION_TABLE)}`,
    );
    return row?.newest instanceof Timestamp ? row.newest.micros : undefined;
  }

  return {
    async load({ loadId, schema, at }) {
      const row = {
        load_id: loadId,
        schema_name: schema.name,
        status: 0,
        inserted_at: iso(at),
        schema_version_hash: schema.version_hash,
      };
      await insert(LOADS_TABLE, row, new Set(['inserted_at']));
    },

    async state({ loadId, state, at }) {
      const row = {
        version: state._state_version,
        engine_version: state._state_engine_version,
        pipeline_name: state.pipeline_name,
        state: serializeState(state),
        created_at: iso(at),
        version_hash: state._version_hash,
        _dlt_load_id: loadId,
        _dlt_id: randomBytes(10).toString('base64').replace(/=+$/, ''),
      };
      await insert(STATE_TABLE, row, new Set(['created_at']));
    },

    async schema({ schema, at, newest }) {
      const last = newest ?? (await newestSchemaAt());
      // dlt restores the newest by this time, not by its version.
      const after = last !== undefined && last >= at ? last + 1n : at;
      const row = {
        version: schema.version,
        engine_version: schema.engine_version,
        inserted_at: iso(after),
        schema_name: schema.name,
        version_hash: schema.version_hash,
        schema: serializeSchema(schema),
      };
      await insert(VERSION_TABLE, row, new Set(['inserted_at']));
    },

    async ledger(rows) {
      if (rows.length === 0) return;
      const costs = COST_COLUMNS.filter((name) => rows.some((row) => row[name] !== undefined));
      const names = [...LEDGER_COLUMNS, ...costs];
      await insertAll(
        LEDGER_TABLE,
        rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null]))),
        INSTANTS,
      );
    },

    async claims(claims, at) {
      const rows = claims.map((claim) => ({
        load_key: claim.loadKey,
        workflow_id: claim.workflowId,
        run_id: claim.runId,
        attempt: claim.attempt,
        claimed_at: iso(at),
      }));
      await insertAll(CLAIMS_TABLE, rows, new Set(['claimed_at']));
    },

    async dropClaim(loadKey) {
      await session.run(`DELETE FROM ${dialect.table(CLAIMS_TABLE)} WHERE load_key = ?`, [loadKey]);
    },

    async dropClaimsOf({ workflowId, runId }) {
      await session.run(`DELETE FROM ${dialect.table(CLAIMS_TABLE)} WHERE workflow_id = ? AND run_id = ?`, [
        workflowId,
        runId,
      ]);
    },

    async dropOldClaims({ closedBefore, anyBefore }) {
      return session.run(
        `DELETE FROM ${dialect.table(CLAIMS_TABLE)} WHERE claimed_at < ${instant} OR (attempt = ? AND claimed_at < ${instant})`,
        [iso(anyBefore), CLOSED_RUN, iso(closedBefore)],
      );
    },

    async supersede({ source, resource, loadKeys }) {
      const some = loadKeys === undefined ? '' : ` AND load_key IN (${loadKeys.map(() => '?').join(', ')})`;
      await session.run(
        `UPDATE ${dialect.table(LEDGER_TABLE)} SET status = 'superseded' WHERE source = ? AND resource = ? AND status = 'loaded'${some}`,
        [source, resource, ...(loadKeys ?? [])],
      );
    },

    loadIdsRenamed: () => undefined,
    rewritten: () => undefined,

    async datasetId(at) {
      await insert(DATASET_TABLE, { dataset_id: randomUUID(), created_at: iso(at) }, new Set(['created_at']));
    },
  };
}
