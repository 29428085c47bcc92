import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { TidemarkError } from '../../errors';
import type { TableChunk } from '../../normalize';
import { loadPackage } from '../../optional-package';
import { OID } from '../../postgres-client';
import type { DataType } from '../../schema';
import { standardSql } from '../sql';
import { COPY_HEADER, COPY_TRAILER, type ConstantColumn, type CopyColumn, encodeRows } from './copy-rows';
import { type CopyRun, runsOf } from './copy-runs';
import { CopyWriter } from './copy-writer';

const { quote } = standardSql;

/** What the staged types are written as, and the types of columns that take them as they are. */
const WRITTEN: Readonly<Record<DataType, { readonly type: string; readonly taken: readonly number[] }>> = {
  bigint: { type: 'bigint', taken: [OID.int8] },
  double: { type: 'double precision', taken: [OID.float8] },
  bool: { type: 'boolean', taken: [OID.bool] },
  timestamp: { type: 'timestamptz', taken: [OID.timestamptz, OID.timestamp] },
  date: { type: 'date', taken: [OID.date] },
  time: { type: 'time', taken: [OID.time] },
  text: { type: 'text', taken: [OID.text, OID.varchar, OID.bpchar] },
  json: { type: 'jsonb', taken: [OID.jsonb] },
  binary: { type: 'bytea', taken: [OID.bytea] },
  decimal: { type: 'numeric', taken: [OID.numeric] },
  wei: { type: 'numeric', taken: [OID.numeric] },
};

/** The type of a column that takes the values of a staged type as they are. */
export const writtenType = (type: DataType): string => WRITTEN[type].type;

interface Target {
  /** Its SQL name. */
  readonly name: string;
  /** Types of its columns by name, as the catalogue numbers them. */
  readonly columns: ReadonlyMap<string, number>;
  readonly constants: Readonly<Record<string, string | null>>;
}

/**
 * Appends chunks to a table by binary COPY. Where a column has another type than its values, they go through a temporary
 * table, so that the server casts them.
 * @returns how many rows there were
 */
export async function appendChunks(
  client: Client,
  target: Target,
  chunks: AsyncIterable<TableChunk>,
): Promise<number> {
  const constants = Object.entries(target.constants).flatMap(([name, value]): ConstantColumn[] =>
    value === null ? [] : [{ name, value }],
  );
  const copy = loadPackage<typeof import('pg-copy-streams')>('Postgres', 'pg-copy-streams');
  let rows = 0;
  for await (const run of runsOf(chunks)) {
    const { columns } = run;
    for (const { name } of columns) refuseUnknown(target, name);
    const names = [...columns, ...constants].map((column) => quote(column.name)).join(', ');
    const cast = columns.some(({ name, type }) => !WRITTEN[type].taken.includes(target.columns.get(name)!));
    const between = cast ? await makeBetween(client, columns, constants) : undefined;
    const into = client.query(
      copy.from(`COPY ${between ?? target.name} (${names}) FROM STDIN (FORMAT binary)`),
    );
    const socket = socketOf(client);
    await pipeline(
      encoded(run, constants, {
        counted: (count) => {
          rows += count;
        },
        sent: () => into.writableLength === 0 && socket.writableLength === 0,
      }),
      into,
    );
    if (between === undefined) continue;
    await client.query(`INSERT INTO ${target.name} (${names}) SELECT ${names} FROM ${between}`);
    await client.query(`DROP TABLE ${between}`);
  }
  return rows;
}

/** What the driver's types don't tell of. */
const socketOf = (client: Client): Socket =>
  (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;

function refuseUnknown({ name, columns }: Target, column: string): void {
  if (columns.has(column)) return;
  throw new TidemarkError(
    'INTERNAL',
    `The staged column "${column}" of table ${name} is not a column of the table; the schema of this load doesn't list it.`,
  );
}

async function makeBetween(
  client: Client,
  columns: readonly CopyColumn[],
  constants: readonly ConstantColumn[],
): Promise<string> {
  const name = quote('tidemark_between');
  const definitions = [
    ...columns.map((column) => `${quote(column.name)} ${WRITTEN[column.type].type}`),
    ...constants.map((column) => `${quote(column.name)} text`),
  ];
  await client.query(`CREATE TEMP TABLE ${name} (${definitions.join(', ')}) ON COMMIT DROP`);
  return name;
}

/**
 * @param sent whether what was yielded is on its way, so that its memory may be written to again
 */
async function* encoded(
  { columns, chunks }: CopyRun,
  constants: readonly ConstantColumn[],
  { counted, sent }: { readonly counted: (rows: number) => void; readonly sent: () => boolean },
): AsyncGenerator<Buffer, void, void> {
  yield COPY_HEADER;
  let out = new CopyWriter();
  for await (const chunk of chunks) {
    counted(chunk.rows);
    yield encodeRows(chunk, { columns, constants }, out);
    if (!sent()) out = new CopyWriter();
  }
  yield COPY_TRAILER;
}
