import { gunzipSync } from 'node:zlib';
import {
  BIGINT,
  BIGNUM,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  STRUCT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '@duckdb/node-api';
import { ApiError } from './api-error';
import { type StoredTable, shownTable, tableKey } from './catalog';
import { type Database, retried, runSql } from './database';
import { columnsOf } from './fields';
import type { JobRecord } from './job';
import { rowOfLine } from './load-values';
import type { ErrorProto, JobConfiguration } from './rest-types';
import { type Column, quoted } from './sql/types';
import { createTable } from './table-changes';

type LoadConfiguration = NonNullable<JobConfiguration['load']>;

const KNOWN: ReadonlySet<string> = new Set<keyof LoadConfiguration>([
  'destinationTable',
  'sourceFormat',
  'schema',
  'writeDisposition',
  'createDisposition',
  'ignoreUnknownValues',
  'maxBadRecords',
]);

/** @throws ApiError for what BigQuery refuses when a load's job is inserted, and for what the fake doesn't have */
export function checkLoad(load: LoadConfiguration): void {
  const unknown = Object.keys(load).find((key) => !KNOWN.has(key));
  if (unknown !== undefined)
    throw new ApiError('notImplemented', `The fake doesn't have configuration.load.${unknown}`);
  if (load.sourceFormat !== 'NEWLINE_DELIMITED_JSON')
    throw new ApiError(
      'notImplemented',
      `The fake doesn't load ${load.sourceFormat ?? 'CSV, which is the default'}`,
    );
  const { datasetId, tableId } = load.destinationTable ?? {};
  if (datasetId === undefined || tableId === undefined)
    throw new ApiError('invalid', 'Required parameter is missing: destinationTable');
  const write = load.writeDisposition ?? 'WRITE_APPEND';
  if (!['WRITE_APPEND', 'WRITE_EMPTY', 'WRITE_TRUNCATE'].includes(write))
    throw new ApiError('invalid', `Invalid value for writeDisposition: ${write}`);
  const create = load.createDisposition ?? 'CREATE_IF_NEEDED';
  if (!['CREATE_IF_NEEDED', 'CREATE_NEVER'].includes(create))
    throw new ApiError('invalid', `Invalid value for createDisposition: ${create}`);
  if (load.schema !== undefined) columnsOf(load.schema.fields ?? []);
}

/** Loads all rows of a file, or none. @throws ApiError, and tells of the rows that were wrong */
export async function runLoadJob(database: Database, job: JobRecord, media: Buffer): Promise<void> {
  const load = job.configuration.load!;
  const { catalog } = database;
  const { datasetId = '', tableId = '' } = load.destinationTable!;
  const found = catalog.findTable(datasetId, tableId, job.reference.location);
  const given = load.schema === undefined ? undefined : columnsOf(load.schema.fields ?? []);
  const shown = shownTable(catalog.projectId, { dataset: datasetId, name: tableId });
  if (found === undefined && load.createDisposition === 'CREATE_NEVER')
    throw new ApiError('notFound', `Not found: Table ${shown}`);
  if (found === undefined && given === undefined)
    throw new ApiError('invalid', `No schema specified on job or table (${shown}).`);
  if (found !== undefined && given !== undefined) refuseOther(found, given, shown);
  const text = textOf(media);
  const { rows, errors } = await read(text, found?.columns ?? given!, load);
  const bad = errors.length;
  if (bad > (load.maxBadRecords ?? 0)) {
    job.warnings.push(...errors.slice(0, 10));
    throw new ApiError(
      'invalid',
      `Error while reading data, error message: JSON table encountered too many errors, giving up. Rows: ${rows.length + bad}; errors: ${bad}. Please look into the errors[] collection for more details.`,
    );
  }
  job.warnings.push(...errors);
  const table =
    found ??
    (await createTable(database, { dataset: datasetId, name: tableId, columns: given!, resource: {} }));
  await append(database, table, {
    rows,
    write: load.writeDisposition ?? 'WRITE_APPEND',
    stopped: job.stop.signal,
    shown,
  });
  job.statistics.load = { rows: rows.length, bad, bytes: text.length };
}

/** A schema may say again what the table has; new columns need schemaUpdateOptions, which the fake doesn't have. */
function refuseOther(table: StoredTable, given: readonly Column[], shown: string): void {
  for (const column of given) {
    const own = table.columns.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
    if (own === undefined)
      throw new ApiError(
        'invalid',
        `Provided Schema does not match Table ${shown}. Cannot add fields (field: ${column.name})`,
      );
    if (own.type.name !== column.type.name)
      throw new ApiError(
        'invalid',
        `Provided Schema does not match Table ${shown}. Field ${column.name} has changed type from ${own.type.name} to ${column.type.name}`,
      );
  }
}

/** What was sent, gzipped or plain. */
function textOf(media: Buffer): string {
  const isGzip = media[0] === 0x1f && media[1] === 0x8b;
  return (isGzip ? gunzipSync(bytesOf(media)) : media).toString('utf8');
}

const bytesOf = (media: Buffer): Uint8Array => new Uint8Array(media.buffer, media.byteOffset, media.length);

interface Reading {
  readonly rows: readonly (readonly DuckDBValue[])[];
  readonly errors: readonly ErrorProto[];
}

const CHUNK_ROWS = 2048;

/** What a row may have. */
const ROW_LIMIT = 100 * 2 ** 20;

async function read(
  text: string,
  columns: readonly Column[],
  { ignoreUnknownValues = false }: LoadConfiguration,
): Promise<Reading> {
  const rows: (readonly DuckDBValue[])[] = [];
  const errors: ErrorProto[] = [];
  const reading = { columns, ignoreUnknown: ignoreUnknownValues };
  let position = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const start = position;
    position += Buffer.byteLength(line) + 1;
    // others are answered meanwhile
    if (index % CHUNK_ROWS === CHUNK_ROWS - 1) await new Promise(setImmediate);
    if (line.trim() === '') continue;
    try {
      if (line.length > ROW_LIMIT) throw new Error(`Row size is larger than: ${ROW_LIMIT}.`);
      rows.push(rowOfLine(line, reading));
    } catch (error) {
      errors.push({
        reason: 'invalid',
        location: `line ${index + 1}`,
        message: `Error while reading data, error message: JSON parsing error in row starting at position ${start}: ${error instanceof Error ? error.message : error}`,
      });
    }
  }
  return { rows, errors };
}

interface Appending {
  readonly rows: readonly (readonly DuckDBValue[])[];
  readonly write: string;
  readonly stopped: AbortSignal;
  readonly shown: string;
}

async function append(database: Database, table: StoredTable, appending: Appending): Promise<void> {
  const { rows, write, stopped, shown } = appending;
  const work = async (): Promise<void> => {
    const connection = await database.connect();
    const name = `main.${quoted(table.duckName)}`;
    try {
      await connection.run('BEGIN TRANSACTION');
      if (write === 'WRITE_TRUNCATE') await connection.run(`DELETE FROM ${name}`);
      if (write === 'WRITE_EMPTY') {
        const [row] = (await connection.runAndReadAll(`SELECT 1 FROM ${name} LIMIT 1`)).getRows();
        if (row !== undefined) throw new ApiError('duplicate', `Already Exists: Table ${shown}`);
      }
      const appender = await connection.createAppender(table.duckName, 'main');
      const types = table.columns.map(duckDBType);
      for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
        const chunk = DuckDBDataChunk.create(types);
        chunk.setRows(rows.slice(at, at + CHUNK_ROWS));
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
      await runSql(connection, 'COMMIT');
      table.rows = write === 'WRITE_TRUNCATE' ? rows.length : table.rows + rows.length;
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      await database.release(connection);
    }
  };
  if (write === 'WRITE_TRUNCATE')
    await database.transactions.alone(tableKey(table), () => retried(work), stopped);
  else await retried(work);
}

function duckDBType({ type, precision, scale }: Column): DuckDBType {
  switch (type.name) {
    case 'INT64':
      return BIGINT;
    case 'FLOAT64':
      return DOUBLE;
    case 'NUMERIC':
      return precision === undefined ? DECIMAL(38, 9) : DECIMAL(precision, scale ?? 0);
    case 'BIGNUMERIC':
      return BIGNUM;
    case 'BOOL':
      return BOOLEAN;
    case 'BYTES':
      return BLOB;
    case 'DATE':
      return DATE;
    case 'TIME':
      return TIME;
    case 'DATETIME':
      return TIMESTAMP;
    case 'TIMESTAMP':
      return TIMESTAMPTZ;
    case 'STRING':
    case 'JSON':
      return VARCHAR;
    case 'STRUCT':
      return STRUCT(Object.fromEntries(type.fields!.map((field) => [field.name, duckDBType(field)])));
  }
}
