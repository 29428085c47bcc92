import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type bigquery from '@google-cloud/bigquery/build/src/types';
import { TidemarkError } from '../../errors';
import { type ColumnSchema, completeColumns, LOAD_ID } from '../../schema';
import type { BroughtRows, BroughtTable } from '../sql';
import { qualified } from './dialect';
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
  /** The table of the row that begins at a byte of the file, before it was compressed. */
  tableAt(byte: number): string | undefined;
}

/** Writes rows as lines of JSON, compressed. @param folder where the file is put, which is removed with it */
export async function stageFile(tables: readonly BroughtTable[], folder: string): Promise<StagedFile> {
  const fields = tables.map((one, at) => fieldOf(one, at));
  refuseTooWide(fields);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'rows.json.gz');
  const written = await writeLines(tables, { fields, file });
  return {
    file,
    schema: { fields },
    digest: written.digest,
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
    tableAt: (byte) => tables[written.ends.findIndex((end) => byte < end)]?.table.name,
  };
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
  // a script has a megabyte, and names are most of it
  if (broughtColumns(one).every(({ data_type }) => data_type !== 'json'))
    return `(SELECT ${field}.* FROM ${stage} WHERE ${field} IS NOT NULL)`;
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

const encoder = new TextEncoder();

interface Written {
  readonly digest: string;
  readonly rows: number;
  /** Of each table those that have a value in some row. */
  readonly columns: readonly ReadonlySet<string>[];
  /** Bytes of the file until the end of each table, before it is compressed. */
  readonly ends: readonly number[];
}

async function writeLines(
  tables: readonly BroughtTable[],
  { fields, file }: { readonly fields: readonly Field[]; readonly file: string },
): Promise<Written> {
  // the same rows in other columns are others
  const hash = createHash('sha256').update(JSON.stringify(fields));
  const columns: ReadonlySet<string>[] = [];
  const ends: number[] = [];
  let rows = 0;
  let bytes = 0;
  async function* lines(): AsyncGenerator<Uint8Array, void, void> {
    for (const [at, { numbers, chunks }] of tables.entries()) {
      const found = new Set<string>();
      for await (const chunk of chunks) {
        for (const { name } of chunk.columns) if (!numbers.includes(name)) found.add(name);
        const text = encoder.encode(`${[...jsonLines(chunk, nameOf(at))].join('\n')}\n`);
        rows += chunk.rows;
        bytes += text.length;
        hash.update(text);
        yield text;
      }
      columns.push(found);
      ends.push(bytes);
    }
  }
  await pipeline(lines, createGzip({ level: 1 }), createWriteStream(file));
  return { digest: hash.digest('hex'), rows, columns, ends };
}
