import { TidemarkError } from '../../errors';
import { type ColumnChunk, readColumn, type Stored, type TableChunk } from '../../normalize';
import { ROW_ID } from '../../schema';
import { Timestamp } from '../../value';
import { acceptableJson } from '../json-escapes';

/** The most bytes that BigQuery takes of a value, and of a line. */
const MOST_OF_CELL = 10 * 1024 * 1024;
const MOST_OF_LINE = 100 * 1024 * 1024;

const DAY_MS = 86_400_000;

/** BigQuery has the years 1 to 9999. */
const FIRST_DAY = Date.parse('0001-01-01T00:00:00Z') / DAY_MS;
const LAST_DAY = Date.parse('9999-12-31T00:00:00Z') / DAY_MS;
const FIRST_INSTANT = FIRST_DAY * DAY_MS * 1000;
const LAST_INSTANT = (LAST_DAY + 1) * DAY_MS * 1000 - 1;

/** Whole numbers of JSON that BigQuery keeps as they are: those of 64 bits, with a sign or without. */
const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 64n - 1n;
/** 19 digits or more in a JSON text, whether they are a number or within a text. */
const LONG_DIGITS = /\d{19}/;
/** A whole number of so many, where no texts are. */
const LONG_INTEGER = /(?<![\d.eE+-])-?\d{19,}(?![\d.eE])/g;
const TEXTS = /"(?:[^"\\]|\\[\s\S])*"/g;

/**
 * Rows as lines of JSON, each an object with the row in one field: a load job writes rows of all tables into one. A row has the
 * fields that have a value.
 * @throws TidemarkError ROW_INVALID for a value or a row that BigQuery doesn't take, with its table, column and row
 */
export function* jsonLines(
  { table, rows, columns }: TableChunk,
  field: string,
): Generator<string, void, void> {
  const lines = new Array<string>(rows).fill('');
  for (const column of columns) {
    const name = JSON.stringify(column.name);
    for (const [row, value] of readColumn(column, rows).entries()) {
      if (value === undefined) continue;
      const text = jsonOf(value, { table, column, row, columns, rows });
      if (text.length * 3 > MOST_OF_CELL || column.type === 'json')
        refuseCell(text, value, { table, column, row, columns, rows });
      lines[row] += `${lines[row] === '' ? '' : ','}${name}:${text}`;
    }
  }
  const name = JSON.stringify(field);
  for (const [row, line] of lines.entries()) {
    if (line.length * 3 > MOST_OF_LINE && Buffer.byteLength(line) > MOST_OF_LINE)
      throw tooLarge(`A row of table "${table}"${rowName(columns, rows, row)}`, line, 'a row', '100 MB');
    yield `{${name}:{${line}}}`;
  }
}

function jsonOf(value: Stored, cell: Cell): string {
  switch (cell.column.type) {
    case 'bool':
      return String(value);
    case 'bigint':
      return typeof value === 'bigint' ? `"${value}"` : String(value);
    case 'double':
      return Number.isFinite(value) ? (Object.is(value, -0) ? '-0.0' : String(value)) : `"${value}"`;
    case 'timestamp':
      if (Number(value) < FIRST_INSTANT || Number(value) > LAST_INSTANT) throw beyondYears(cell);
      return `"${new Timestamp(BigInt(value as number | bigint))}"`;
    case 'date':
      if (Number(value) < FIRST_DAY || Number(value) > LAST_DAY) throw beyondYears(cell);
      return `"${new Date(Number(value) * DAY_MS).toISOString().slice(0, 10)}"`;
    case 'time':
      return `"${timeOf(Number(value))}"`;
    case 'binary':
      return `"${Buffer.from(value as Uint8Array).toString('base64')}"`;
    case 'decimal':
    case 'wei':
      return `"${String(value)}"`;
    case 'json':
      return JSON.stringify(acceptableJson(String(value)));
    default:
      return JSON.stringify(value);
  }
}

/** `HH:MM:SS.ffffff` */
function timeOf(micros: number): string {
  const seconds = new Date(Math.floor(micros / 1_000_000) * 1000).toISOString().slice(11, 19);
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

interface Cell extends Pick<TableChunk, 'table' | 'columns' | 'rows'> {
  readonly column: ColumnChunk;
  readonly row: number;
}

const placeOf = ({ table, column, row, columns, rows }: Cell): string =>
  `column "${column.name}" of table "${table}"${rowName(columns, rows, row)}`;

const beyondYears = (cell: Cell): TidemarkError =>
  new TidemarkError(
    'ROW_INVALID',
    `The value in ${placeOf(cell)} lies beyond the years 1 to 9999, which BigQuery has. Nothing was written. Give the column the dataType "text", or leave the value out of the source.`,
    { details: { table: cell.table, column: cell.column.name } },
  );

function refuseCell(text: string, value: Stored, cell: Cell): void {
  const { table, column } = cell;
  // only for what is refused: it looks for the row's id
  const where = (): string => placeOf(cell);
  if (text.length * 3 > MOST_OF_CELL && Buffer.byteLength(text) > MOST_OF_CELL)
    throw tooLarge(`The value in ${where()}`, text, 'a value', '10 MB');
  if (column.type !== 'json' || !LONG_DIGITS.test(text)) return;
  for (const [found] of String(value).replace(TEXTS, '""').matchAll(LONG_INTEGER)) {
    const integer = BigInt(found);
    if (integer >= LEAST && integer <= GREATEST) continue;
    throw new TidemarkError(
      'ROW_INVALID',
      `The JSON in ${where()} has the whole number "${found}", and BigQuery's JSON keeps 64 bits of one: it would be rounded. Give the column the dataType "text", or send the number as a text.`,
      { details: { table, column: column.name } },
    );
  }
}

function tooLarge(what: string, text: string, of: string, most: string): TidemarkError {
  return new TidemarkError(
    'ROW_INVALID',
    `${what} has ${Buffer.byteLength(text)} bytes, and BigQuery takes ${most} of ${of}. Nothing was written. Leave it out of the source, or cut it there.`,
  );
}

/** How a row is found again: by its id, where it has one. */
function rowName(columns: readonly ColumnChunk[], rows: number, row: number): string {
  const ids = columns.find(({ name }) => name === ROW_ID);
  const id = ids === undefined ? undefined : readColumn(ids, rows)[row];
  return id === undefined ? ` (row ${row} of its chunk)` : ` (row "${String(id)}")`;
}
