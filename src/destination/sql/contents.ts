import { TidemarkError } from '../../errors';
import { LEDGER_TABLE } from '../../ledger';
import {
  type ColumnSchema,
  isSystemName,
  STATE_TABLE,
  type StoredSchema,
  type TableSchema,
} from '../../schema';
import { ownField } from '../../value';
import {
  type ActualTables,
  CLAIMS_TABLE,
  CLOSED_RUN,
  DATASET_TABLE,
  isServiceTable,
  type StoredReader,
  serviceTables,
} from '../commit';
import { type ContentTable, contentChunks, type DatasetContents } from '../content';
import { isCopyTable } from './copy-tables';
import { countStored } from './count-rows';
import type { SqlConnection } from './driver';
import { oneChunk } from './open-streams';
import type { SqlSession } from './transaction';

/** What a dataset is read with, within a transaction to read. */
interface Reading {
  readonly connection: SqlConnection;
  readonly session: SqlSession;
  readonly tables: ActualTables;
  /** Reads what is stored, not what is remembered. */
  readonly reader: StoredReader;
  readonly dataset: string;
  readonly location: string;
}

/** All that a dataset holds, to be read one after the other on its connection. */
export async function contentsOf(reading: Reading): Promise<DatasetContents> {
  const { connection, session, tables, reader, dataset, location } = reading;
  const copied = await dataTables(reading);
  const records = serviceTables().flatMap((schema) => {
    const actual =
      schema.name === CLAIMS_TABLE || schema.name === DATASET_TABLE ? undefined : tables.get(schema.name);
    return actual === undefined
      ? []
      : [
          contentTable(
            {
              ...reading,
              tables: new Map([[schema.name, actual.filter(({ name }) => name in schema.columns)]]),
            },
            schema.name,
            [schema],
          ),
        ];
  });
  const known = new Set([...copied, ...records].map(({ name }) => name));
  const relations = await connection.relations();
  const lastLoadId = await reader.lastLoadId();
  const datasetId = await reader.datasetId();
  return {
    dataset,
    location,
    id: datasetId ?? `${location} ${dataset}`,
    lastLoadId,
    tables: copied,
    records,
    others: relations.filter((name) => !known.has(name.toLowerCase()) && !isOwnTable(name.toLowerCase())),
    pipelines: await pipelinesIn(reading),
    claims: await claimsIn(reading),
    count: ({ name }) => countStored(session, session.dialect.table(name)),
    chunks: (table) => chunksOf(connection, session, table),

    async renew() {
      // what ends is a transaction that only read
      await connection.rollback();
      await connection.begin('read');
      return (await reader.lastLoadId()) === lastLoadId && (await reader.datasetId()) === datasetId;
    },
  };
}

const isOwnTable = (name: string): boolean => isCopyTable(name) || isServiceTable(name);

/** Rows of a table, those of its columns that are copied, in their order. */
export async function* chunksOf(
  connection: SqlConnection,
  { dialect }: SqlSession,
  { name, columns }: ContentTable,
): ReturnType<DatasetContents['chunks']> {
  const selected = columns.map((column) => dialect.quote(column.name)).join(', ');
  const sql = `SELECT ${selected} FROM ${dialect.table(name)}`;
  const results = connection.stream?.(sql, []) ?? oneChunk(await connection.query(sql, []));
  for await (const chunk of results) yield* contentChunks(name, columns, chunk);
}

/** Tables that loads made: those of the stored schemas that are there. */
async function dataTables(reading: Reading): Promise<ContentTable[]> {
  const { tables, reader } = reading;
  const schemas: StoredSchema[] = [];
  // no schema has the name ''
  for (const name of await reader.otherSchemaNames('')) {
    const schema = await reader.schema(name);
    if (schema !== undefined) schemas.push(schema);
  }
  const found: ContentTable[] = [];
  for (const name of [...tables.keys()].sort()) {
    const known = schemas.flatMap((schema) => ownField(schema.tables, name) ?? []);
    if (known.length > 0 && !isSystemName(name)) found.push(contentTable(reading, name, known));
  }
  return found;
}

/**
 * A table with the columns that it has. Whether they may be null is the database's word: rows were stored before a column
 * was required.
 * @throws TidemarkError DESTINATION_REFUSED for columns of types that no load writes
 */
function contentTable(
  { tables, session }: Reading,
  name: string,
  schemas: readonly TableSchema[],
): ContentTable {
  const columns: ColumnSchema[] = [];
  const foreign: string[] = [];
  for (const actual of tables.get(name) ?? []) {
    const known = schemas
      .map((schema) => ownField(schema.columns, actual.name))
      .find((column) => column?.data_type !== undefined);
    const type = known?.data_type ?? session.dialect.dataType(actual.type);
    if (type === undefined) foreign.push(`"${actual.name}" (${actual.type})`);
    else columns.push({ ...known, name: actual.name, data_type: type, nullable: actual.nullable });
  }
  if (foreign.length > 0)
    throw new TidemarkError(
      'DESTINATION_REFUSED',
      `Table "${name}" has columns of types that can't be copied: ${foreign.join(', ')}. No load of tidemark or dlt makes such; cast or drop them.`,
      { details: { table: name } },
    );
  const schema: TableSchema = {
    ...schemas[0]!,
    name,
    columns: Object.fromEntries(columns.map((column) => [column.name, column])),
    'x-normalizer': { 'seen-data': true },
  };
  return { name, schema, columns };
}

async function claimsIn({ session, tables }: Reading): Promise<number> {
  if (!tables.has(CLAIMS_TABLE)) return 0;
  const claims = `${session.dialect.table(CLAIMS_TABLE)} WHERE attempt <> ?`;
  return countStored(session, claims, [CLOSED_RUN]);
}

async function pipelinesIn({ session, tables }: Reading): Promise<string[]> {
  const names = new Set<string>();
  for (const [table, column] of [
    [STATE_TABLE, 'pipeline_name'],
    [LEDGER_TABLE, 'pipeline'],
  ] as const) {
    if (!tables.has(table)) continue;
    const { quote, table: qualified } = session.dialect;
    for (const row of await session.rows(`SELECT DISTINCT ${quote(column)} AS name FROM ${qualified(table)}`))
      names.add(String(row.name));
  }
  return [...names].sort();
}
