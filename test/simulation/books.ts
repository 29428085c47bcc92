import {
  CLAIMS_TABLE,
  CLOSED_RUN,
  DATASET_TABLE,
  type FactReader,
  readFacts,
  type StoredReader,
  type StoredWriter,
} from '../../src/destination/commit';
import type { Attempt, CommittedLoad } from '../../src/destination/types';
import { LEDGER_TABLE, type LedgerFilter, type LedgerRow } from '../../src/ledger';
import { LOADS_TABLE, STATE_TABLE, type StoredSchema, VERSION_TABLE } from '../../src/schema';
import type { PipelineState } from '../../src/state';
import { Timestamp } from '../../src/value';
import type { Changes } from './store';

/** A statement that is about to run: whoever gives it lets others go on first. */
export type Statement = (label: string) => Promise<void>;

export interface LoadRow {
  readonly load_id: string;
  readonly schema_name: string;
}

export interface StateRow {
  readonly _dlt_load_id: string;
  readonly pipeline_name: string;
  readonly state: PipelineState;
}

export interface VersionRow {
  readonly schema: StoredSchema;
  readonly inserted_at: bigint;
}

export interface ClaimRow extends Attempt {
  readonly load_key: string;
  readonly claimed_at: bigint;
}

type Rows = Pick<Changes, 'rows'>;

/** The rows that a dataset keeps about its loads, in the order in which they were committed. */
export const booksOf = (from: Rows) => ({
  ledger: from.rows(LEDGER_TABLE) as unknown as readonly LedgerRow[],
  loads: from.rows(LOADS_TABLE) as unknown as readonly LoadRow[],
  states: from.rows(STATE_TABLE) as unknown as readonly StateRow[],
  versions: from.rows(VERSION_TABLE) as unknown as readonly VersionRow[],
  claims: from.rows(CLAIMS_TABLE) as unknown as readonly ClaimRow[],
});

/** A text that orders as its instant does. */
const instantKey = (iso: string): string => {
  const [whole = '', fraction = ''] = iso.replace('Z', '').split('.');
  return `${whole}.${fraction.padEnd(6, '0')}`;
};

const greatest = (texts: readonly (string | null)[]): string | undefined =>
  texts.reduce<string | undefined>(
    (max, text) => (text !== null && (max === undefined || text > max) ? text : max),
    undefined,
  );

/** As the SQL of `sql/stored-reader` has it. */
function matches(row: LedgerRow, filter: LedgerFilter): boolean {
  const { pipeline, source, resource, loadKeys, status, from, to } = filter;
  if (pipeline !== undefined && row.pipeline !== pipeline) return false;
  if (source !== undefined && row.source !== source) return false;
  if (resource !== undefined && row.resource !== resource) return false;
  if (loadKeys !== undefined && !loadKeys.includes(row.load_key)) return false;
  if (status !== undefined && !status.includes(row.status)) return false;
  const ranges = [
    [row.interval_start, row.interval_end],
    [row.cursor_start, row.cursor_end],
  ];
  const key = (text: string | null | undefined): string => (text == null ? '' : instantKey(text));
  if (from !== undefined) {
    const touches = ranges.some(
      ([start, end]) => (end != null && key(end) > key(from)) || (start != null && key(start) >= key(from)),
    );
    if (!touches) return false;
  }
  return to === undefined || ranges.some(([start]) => start != null && key(start) < key(to));
}

export function readerOf(changes: Changes, statement: Statement): StoredReader {
  const books = () => booksOf(changes);

  async function ledger(filter: LedgerFilter): Promise<readonly LedgerRow[]> {
    await statement('reads the ledger');
    return books()
      .ledger.filter((row) => matches(row, filter))
      .map((row, at) => ({ row, at, key: `${instantKey(row.committed_at)} ${row.load_id ?? ''}` }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.at - b.at))
      .map(({ row }) => row);
  }

  const facts: FactReader = {
    async schema(name) {
      await statement('reads the schema');
      return newestSchema(books().versions.filter(({ schema }) => schema.name === name))?.schema;
    },
    async state(pipeline) {
      await statement('reads the state');
      const { states, loads } = books();
      const finished = new Set(loads.map(({ load_id }) => load_id));
      return states
        .filter((row) => row.pipeline_name === pipeline && finished.has(row._dlt_load_id))
        .reduce<StateRow | undefined>(
          (newest, row) => (newest === undefined || row._dlt_load_id > newest._dlt_load_id ? row : newest),
          undefined,
        )?.state;
    },
    async generations(source) {
      await statement('reads the generations');
      const found: Record<string, number> = {};
      for (const row of books().ledger)
        if (row.source === source) found[row.resource] = Math.max(found[row.resource] ?? 0, row.generation);
      return found;
    },
    async lastLoadId() {
      await statement('reads the last load id');
      const { ledger: rows, loads, states } = books();
      return greatest([
        ...loads.map(({ load_id }) => load_id),
        ...states.map(({ _dlt_load_id }) => _dlt_load_id),
        ...rows.map(({ load_id }) => load_id),
      ]);
    },
    async datasetId() {
      await statement('reads the dataset id');
      return changes.rows(DATASET_TABLE)[0]?.['dataset_id'] as string | undefined;
    },
  };

  return {
    ...facts,
    facts: (of) => readFacts(facts, of),
    ledger,

    async otherSchemaNames(name) {
      const names = new Set(books().versions.map(({ schema }) => schema.name));
      return [...names].filter((other) => other !== name).sort();
    },

    async findLoads(loadKeys) {
      const found = new Map<string, LedgerRow[]>();
      for (const row of await ledger({ loadKeys, status: ['loaded', 'superseded'] }))
        found.set(row.load_key, [...(found.get(row.load_key) ?? []), row]);
      return new Map(
        [...found].map(([loadKey, rows]): [string, CommittedLoad] => [
          loadKey,
          {
            loadKey,
            loadId: rows.find(({ load_id }) => load_id !== null)?.load_id ?? undefined,
            committedAt: rows[0]!.committed_at,
            rows,
          },
        ]),
      );
    },

    async holdersOf(loadKeys) {
      await statement('reads the claims');
      return new Map(
        books()
          .claims.filter(({ load_key }) => loadKeys.includes(load_key))
          .map(({ load_key, workflowId, runId, attempt }) => [load_key, { workflowId, runId, attempt }]),
      );
    },
  };
}

const newestSchema = (rows: readonly VersionRow[]): VersionRow | undefined =>
  rows.reduce<VersionRow | undefined>((newest, row) => {
    if (newest === undefined || row.inserted_at > newest.inserted_at) return row;
    return row.inserted_at === newest.inserted_at && row.schema.version > newest.schema.version
      ? row
      : newest;
  }, undefined);

export function writerOf(changes: Changes, statement: Statement): StoredWriter {
  const insert = async (table: string, row: object): Promise<void> => {
    await statement(`writes to ${table}`);
    changes.insert(table, [row as Readonly<Record<string, unknown>>]);
  };
  const claimsOf = async (which: (row: ClaimRow) => boolean): Promise<number> => {
    await statement('drops claims');
    return changes.remove(CLAIMS_TABLE, (row) => which(row as unknown as ClaimRow));
  };
  return {
    load: ({ loadId, schema }) => insert(LOADS_TABLE, { load_id: loadId, schema_name: schema.name }),
    state: ({ loadId, state }) =>
      insert(STATE_TABLE, { _dlt_load_id: loadId, pipeline_name: state.pipeline_name, state }),
    async schema({ schema, at }) {
      const last = newestSchema(booksOf(changes).versions)?.inserted_at;
      await insert(VERSION_TABLE, { schema, inserted_at: last !== undefined && last >= at ? last + 1n : at });
    },
    async ledger(rows) {
      for (const row of rows) await insert(LEDGER_TABLE, row);
    },
    async claims(claims, at) {
      await statement('writes claims');
      changes.insert(
        CLAIMS_TABLE,
        claims.map(({ loadKey, workflowId, runId, attempt }) => ({
          load_key: loadKey,
          workflowId,
          runId,
          attempt,
          claimed_at: at,
        })),
      );
    },
    async dropClaim(loadKey) {
      await claimsOf(({ load_key }) => load_key === loadKey);
    },
    async dropClaimsOf({ workflowId, runId }) {
      await claimsOf((row) => row.workflowId === workflowId && row.runId === runId);
    },
    dropOldClaims: ({ closedBefore, anyBefore }) =>
      claimsOf(
        ({ claimed_at, attempt }) =>
          claimed_at < anyBefore || (attempt === CLOSED_RUN && claimed_at < closedBefore),
      ),
    async supersede({ source, resource, loadKeys }) {
      await statement('supersedes ledger rows');
      changes.update(
        LEDGER_TABLE,
        (row) =>
          row['source'] === source &&
          row['resource'] === resource &&
          row['status'] === 'loaded' &&
          (loadKeys === undefined || loadKeys.includes(String(row['load_key']))),
        (row) => ({ ...row, status: 'superseded' }),
      );
    },
    loadIdsRenamed: () => undefined,
    rewritten: () => undefined,
    datasetId: (at) =>
      insert(DATASET_TABLE, { dataset_id: `dataset ${at}`, created_at: new Timestamp(at).toString() }),
  };
}
