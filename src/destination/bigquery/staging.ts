import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type bigquery from '@google-cloud/bigquery/build/src/types';
import { TidemarkError } from '../../errors';
import { type ColumnSchema, completeColumns, LOAD_ID } from '../../schema';
import type { BroughtRows, BroughtTable } from '../sql';
import { qualified } from './dialect';
import { digestOf } from './digest-of';
import { jsonLines } from './json-lines';
import { quote } from './literal';
import { refuseReserved } from './names';
import { columnType } from './types';

type Field = bigquery.ITableFieldSchema;

/** Names of tables that rows wait in; no load makes such. */
export const STAGE_PREFIX = '_tidemark_stage_';

/** Columns of one table at the most, those of records counted with them. */
const MOST_COLUMNS = 10_000;

/** All rows of a load in one file: a row is a record in the field of its table, so that one load job brings all tables. */
export interface StagedFile {
  readonly file: string;
  readonly schema: bigquery.ITableSchema;
  /** Of what is in it: the same rows make the same. */
  readonly digest: string;
  readonly rows: number;
  /** Where the rows of each table will be, in a table of this name. */
  rowsIn(dataset: string, stage: string): ReadonlyMap<string, BroughtRows>;
  /** The table of a line, counted from 1. */
  tableOfLine(line: number): string | undefined;
}

/** Writes rows as lines of JSON, compressed. */
export async function stageFile(tables: readonly BroughtTable[], workDir: string): Promise<StagedFile> {
  const fields = tables.map((one, at) => fieldOf(one, at));
  refuseTooWide(fields);
  await mkdir(workDir, { recursive: true });
  const file = path.join(workDir, `bigquery-${randomUUID()}.json.gz`);
  try {
    const written = await writeLines(tables, file);
    return {
      file,
      schema: { fields },
      // rows that were put on another schema may be the same lines, and need another table
      digest: digestOf(written.digest, JSON.stringify(fields)),
      rows: written.rows,
      rowsIn: (dataset, stage) =>
        new Map(
          tables.map((one, at) => [
            one.table.name,
            {
              from: rowsOf(one, { stage: qualified(dataset, stage), field: nameOf(at) }),
              columns: written.columns[at]!,
            },
          ]),
        ),
      tableOfLine: (line) => tables[written.ends.findIndex((end) => line <= end)]?.table.name,
    };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

const nameOf = (at: number): string => `r${at}`;

/** Columns that rows bring; the load's id is written with the commit. */
const broughtColumns = ({ table }: BroughtTable): readonly ColumnSchema[] =>
  completeColumns(table).filter(({ name }) => name !== LOAD_ID);

function fieldOf(one: BroughtTable, at: number): Field {
  const numbers = one.numbers.map((name): Field => ({ name, type: 'INTEGER', mode: 'NULLABLE' }));
  const columns = broughtColumns(one).map((column): Field => {
    refuseReserved(column.name);
    return { name: column.name, type: stagedType(column), mode: 'NULLABLE' };
  });
  return { name: nameOf(at), type: 'RECORD', mode: 'NULLABLE', fields: [...numbers, ...columns] };
}

/** The type of a staged column without its digits or length: the table says those. JSON waits as a text. */
function stagedType(column: ColumnSchema): string {
  const type = columnType(column).replace(/\(.*/, '');
  switch (type) {
    case 'JSON':
      return 'STRING';
    case 'INT64':
      return 'INTEGER';
    case 'FLOAT64':
      return 'FLOAT';
    case 'BOOL':
      return 'BOOLEAN';
    default:
      return type;
  }
}

/** A query of the rows of one table. */
function rowsOf(
  one: BroughtTable,
  { stage, field }: { readonly stage: string; readonly field: string },
): string {
  const numbers = one.numbers.map((name) => `${field}.${quote(name)}`);
  const columns = broughtColumns(one).map(({ name, data_type }) => {
    const value = `${field}.${quote(name)}`;
    // what a double doesn't keep was refused before
    return data_type === 'json'
      ? `PARSE_JSON(${value}, wide_number_mode => 'round') AS ${quote(name)}`
      : value;
  });
  return `(SELECT ${[...numbers, ...columns].join(', ')} FROM ${stage} WHERE ${field} IS NOT NULL)`;
}

function refuseTooWide(fields: readonly Field[]): void {
  const columns = fields.reduce((sum, { fields: own = [] }) => sum + 1 + own.length, 0);
  if (columns <= MOST_COLUMNS) return;
  const widest = [...fields].sort((a, b) => (b.fields?.length ?? 0) - (a.fields?.length ?? 0))[0];
  throw new TidemarkError(
    'DESTINATION_REFUSED',
    `The load has ${columns} columns in all its tables together, the widest of which has ${widest?.fields?.length}, and BigQuery takes ${MOST_COLUMNS} at once. Keep nested data as JSON by \`maxTableNesting\`, or load fewer resources together.`,
  );
}

async function writeLines(
  tables: readonly BroughtTable[],
  file: string,
): Promise<{
  readonly digest: string;
  readonly rows: number;
  readonly columns: readonly ReadonlySet<string>[];
  readonly ends: readonly number[];
}> {
  const hash = createHash('sha256');
  const gzip = createGzip({ level: 1 });
  const stored = pipeline(gzip, createWriteStream(file));
  // told where it is waited for
  stored.catch(() => undefined);
  const columns: ReadonlySet<string>[] = [];
  const ends: number[] = [];
  let rows = 0;
  for (const [at, { table, numbers, chunks }] of tables.entries()) {
    const found = new Set<string>();
    hash.update(JSON.stringify([table.name, numbers]));
    for await (const chunk of chunks) {
      for (const { name } of chunk.columns) if (!numbers.includes(name)) found.add(name);
      const lines = [...jsonLines(chunk, nameOf(at))];
      rows += lines.length;
      const text = `${lines.join('\n')}\n`;
      hash.update(text);
      if (!gzip.write(text)) await once(gzip, 'drain');
    }
    columns.push(found);
    ends.push(rows);
  }
  gzip.end();
  await stored;
  return { digest: hash.digest('hex'), rows, columns, ends };
}
