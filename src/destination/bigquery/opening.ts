import { LEDGER_TABLE } from '../../ledger';
import { LOADS_TABLE, parseSchema, STATE_TABLE, VERSION_TABLE } from '../../schema';
import { parseState } from '../../state';
import {
  type ActualColumn,
  type ActualTables,
  CLAIMS_TABLE,
  DATASET_TABLE,
  type StoredFacts,
} from '../commit';
import { type Asks, factQueries, LOAD_IDS } from '../sql';
import type { Attempt } from '../types';
import { bigqueryDialect } from './dialect';
import { type Guard, guardOf, NOTHING_YET } from './guard';
import { literal } from './literal';
import { type JobSession, queryRows } from './session';
import { STAGE_PREFIX } from './staging';
import { columnsOf } from './table-columns';
import { listTables } from './table-list';

/** What one question has found of a dataset. All of it is as of one moment, but the columns, which are at least as new. */
export interface Opening {
  readonly tables: ActualTables;
  readonly guard: Guard;
  /** What was asked for, where the tables of records were known to be there. */
  readonly facts: StoredFacts | undefined;
  /** When the newest version of each schema was stored, in microseconds, by the schema's name. */
  readonly versions: ReadonlyMap<string, bigint> | undefined;
  readonly holders: ReadonlyMap<string, Attempt> | undefined;
  /** Those of the load keys that have rows in the ledger. */
  readonly told: ReadonlySet<string> | undefined;
}

const NOTHING: Opening = {
  tables: new Map(),
  guard: NOTHING_YET,
  facts: undefined,
  versions: undefined,
  holders: undefined,
  told: undefined,
};

const RECORDS = [VERSION_TABLE, LOADS_TABLE, STATE_TABLE, LEDGER_TABLE, CLAIMS_TABLE, DATASET_TABLE];

/** A row of the answer: what it tells is the first column's word. */
type Line = Readonly<Record<'kind' | 'a' | 'b' | 'c' | 'd' | 'n', unknown>>;

/**
 * Asks by one query for the columns of all tables, the version that guards commits, and what the work will ask for. A dataset whose
 * tables of records haven't been seen yet takes a second one. Tables are listed after the version was read: one that was made
 * between the two is found by this work, or the version isn't what it found.
 */
export async function openDataset(session: JobSession, asks: Asks | undefined): Promise<Opening> {
  const { client, known } = session;
  if (!(await known.exists(client))) return NOTHING;
  if (!known.hasRecords) {
    const seen = await tableNames(session);
    known.hasRecords = RECORDS.every((name) => seen.has(name));
    if (!known.hasRecords) {
      const guard = seen.has(DATASET_TABLE) ? guardIn(session, await askGuard(session)) : NOTHING_YET;
      const lines = await ask(session, asks);
      return { ...NOTHING, tables: await tablesOf(session, await tableNames(session), lines), guard };
    }
  }
  const lines = await ask(session, asks);
  return {
    tables: await tablesOf(session, await tableNames(session), lines),
    guard: guardIn(session, lines),
    facts: asks?.facts === undefined ? undefined : factsOf(lines),
    versions: asks?.facts === undefined ? undefined : versionsOf(lines),
    holders: asks?.loadKeys === undefined ? undefined : holdersOf(lines),
    told: asks?.loadKeys === undefined ? undefined : new Set(texts(lines, 'told')),
  };
}

async function tableNames({ client, dataset }: JobSession): Promise<ReadonlySet<string>> {
  const listed = await listTables(client, dataset);
  return new Set(listed.filter(({ type }) => type === 'TABLE').map(({ name }) => name));
}

async function ask(session: JobSession, asks: Asks | undefined): Promise<readonly Line[]> {
  const { dataset, known } = session;
  const { quote } = bigqueryDialect(dataset);
  const columns =
    `SELECT 'column' AS kind, table_name AS a, column_name AS b, data_type AS c, is_nullable AS d, ordinal_position AS n` +
    ` FROM ${quote(dataset)}.INFORMATION_SCHEMA.COLUMNS WHERE NOT STARTS_WITH(table_name, ${literal(STAGE_PREFIX)})`;
  const parts = known.hasRecords ? [columns, guardQuery(dataset), ...questions(dataset, asks)] : [columns];
  const { rows } = await queryRows(session, { sql: parts.join(' UNION ALL '), job: 'read' });
  return rows as readonly Line[];
}

const guardQuery = (dataset: string): string =>
  `SELECT 'guard' AS kind, dataset_id AS a, CAST(version AS STRING) AS b, CAST(NULL AS STRING) AS c, CAST(NULL AS STRING) AS d, 0 AS n FROM ${bigqueryDialect(dataset).table(DATASET_TABLE)}`;

async function askGuard(session: JobSession): Promise<readonly Line[]> {
  const { rows } = await queryRows(session, { sql: guardQuery(session.dataset), job: 'read' });
  return rows as readonly Line[];
}

function questions(dataset: string, asks: Asks | undefined): string[] {
  const dialect = bigqueryDialect(dataset);
  const queries = factQueries(dialect);
  const filled = (sql: string, value: string): string => sql.replaceAll('?', () => literal(value));
  const line = (
    kind: string,
    from: string,
    [a, b = 'NULL', c = 'NULL', n = '0']: readonly string[],
  ): string => `SELECT '${kind}', ${a}, ${b}, ${c}, NULL, ${n} FROM ${from}`;
  const asked: string[] = [];
  const { facts, loadKeys = [] } = asks ?? {};
  if (facts !== undefined) {
    const { pipeline, schemaName } = facts;
    asked.push(
      line('schema', `(${filled(queries.schema, schemaName)}) AS q`, ['q.schema']),
      line('state', `(${filled(queries.state, pipeline)}) AS q`, ['q.state']),
      line('generation', `(${filled(queries.generations.sql, schemaName)}) AS q`, [
        'q.resource',
        'NULL',
        'NULL',
        'q.generation',
      ]),
      line(
        'version',
        `(SELECT schema_name, max(UNIX_MICROS(inserted_at)) AS micros FROM ${dialect.table(VERSION_TABLE)} GROUP BY schema_name) AS q`,
        ['q.schema_name', 'NULL', 'NULL', 'q.micros'],
      ),
      line('last', `(${queries.lastLoadId(LOAD_IDS)}) AS q`, ['q.id']),
    );
  }
  if (loadKeys.length > 0) {
    const keys = `IN (${loadKeys.map(literal).join(', ')})`;
    asked.push(
      line('holder', `${dialect.table(CLAIMS_TABLE)} AS q WHERE q.load_key ${keys}`, [
        'q.load_key',
        'q.workflow_id',
        'q.run_id',
        'q.attempt',
      ]),
      line(
        'told',
        `(SELECT DISTINCT load_key FROM ${dialect.table(LEDGER_TABLE)} WHERE load_key ${keys}) AS q`,
        ['q.load_key'],
      ),
    );
  }
  return asked;
}

/** Columns by table. What was made moments ago may lack in the catalogue that a query asks, and is asked for by itself. */
async function tablesOf(
  { client, dataset }: JobSession,
  names: ReadonlySet<string>,
  lines: readonly Line[],
): Promise<ActualTables> {
  const found = new Map<string, { readonly at: number; readonly column: ActualColumn }[]>();
  for (const { kind, a, b, c, d, n } of lines) {
    if (kind !== 'column' || !names.has(String(a))) continue;
    const column = { name: String(b).toLowerCase(), type: String(c), nullable: d !== 'NO' };
    const table = found.get(String(a)) ?? [];
    table.push({ at: Number(n), column });
    found.set(String(a), table);
  }
  const tables = new Map<string, readonly ActualColumn[]>();
  for (const name of names) {
    // names are told apart by their case, and a load makes none but in lower case
    if (name !== name.toLowerCase() || name.startsWith(STAGE_PREFIX)) continue;
    const columns = found
      .get(name)
      ?.sort((x, y) => x.at - y.at)
      .map(({ column }) => column);
    tables.set(name, columns ?? (await columnsOf({ client, dataset }, name)));
  }
  return tables;
}

const texts = (lines: readonly Line[], kind: string): string[] =>
  lines.flatMap((line) => (line.kind === kind && line.a !== null ? [String(line.a)] : []));

const guardIn = ({ dataset }: JobSession, lines: readonly Line[]): Guard =>
  guardOf(
    dataset,
    lines.flatMap(({ kind, a, b }) => (kind === 'guard' ? [{ id: a, version: b }] : [])),
  );

function factsOf(lines: readonly Line[]): StoredFacts {
  const [schema, state, last, id] = ['schema', 'state', 'last', 'guard'].map((kind) => texts(lines, kind)[0]);
  return {
    schema: schema === undefined ? undefined : parseSchema(schema),
    state: state === undefined ? undefined : parseState(state),
    generations: Object.fromEntries(
      lines.flatMap(({ kind, a, n }) => (kind === 'generation' ? [[String(a), Number(n)]] : [])),
    ),
    lastLoadId: last,
    datasetId: id === '' ? undefined : id,
  };
}

const versionsOf = (lines: readonly Line[]): ReadonlyMap<string, bigint> =>
  new Map(lines.flatMap(({ kind, a, n }) => (kind === 'version' ? [[String(a), BigInt(String(n))]] : [])));

const holdersOf = (lines: readonly Line[]): ReadonlyMap<string, Attempt> =>
  new Map(
    lines.flatMap(({ kind, a, b, c, n }) =>
      kind === 'holder'
        ? [[String(a), { workflowId: String(b), runId: String(c), attempt: Number(n) }] as const]
        : [],
    ),
  );
