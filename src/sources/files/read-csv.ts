import { pipeline, Readable } from 'node:stream';
import { CsvError, type InfoField, parse } from 'csv-parse';
import { isTidemarkError } from '../../errors';
import type { ColumnDataType } from '../../source';
import { CELL_FORMS, cellValue, guessedValue } from './csv-cell';
import { brokenFile } from './file-errors';
import type { PageSize } from './read-jsonl';
import type { FileRow, StoredFile } from './types';

/** How a CSV file is written. */
export interface CsvFormat {
  readonly delimiter: string;
  readonly quote: string | false;
  readonly escape: string;
  readonly comment: string | undefined;
  /** True: the first line names the columns. Else their names. */
  readonly header: true | readonly string[];
  readonly skipLines: number;
  /** Cells without quotes that are null. */
  readonly nulls: readonly string[];
  readonly guessTypes: boolean;
  /** What a line with fewer or more cells than the header is. */
  readonly ragged: 'error' | 'pad' | 'fit';
  /** Whether a quote within a cell without quotes is a letter. */
  readonly relaxQuotes: boolean;
  /** Types of columns; one that isn't named is text. */
  readonly types: Readonly<Record<string, ColumnDataType>>;
}

const LONGEST_RECORD = 1 << 26;

/**
 * The rows of a CSV file in pages.
 *
 * @throws FILE_INVALID naming line and column: for a line with other cells than the header, an open quote, a cell that
 * isn't of its column's type, two columns of one name
 */
export async function* readCsv(
  file: StoredFile,
  text: AsyncGenerator<string, void, void>,
  { format, size }: { readonly format: CsvFormat; readonly size: PageSize },
): AsyncGenerator<FileRow[], void, void> {
  const nulls = new Set(format.nulls);
  let characters = 0;
  let columns = format.header === true ? [] : format.header;
  const cast = (value: string, { quoting, header, lines, column }: InfoField): unknown => {
    characters += value.length;
    if (header) return value;
    if (!quoting && nulls.has(value)) return null;
    const type = format.types[column];
    if (type === undefined) return format.guessTypes && !quoting ? guessedValue(value) : value;
    const cell = cellValue(value, type);
    if (cell !== undefined) return cell;
    const place = { line: lines, column: String(column), text: value };
    throw brokenFile(file, `is not ${CELL_FORMS[type]}`, place);
  };
  const parser = parse({
    delimiter: format.delimiter,
    quote: format.quote === false ? null : format.quote,
    escape: format.escape,
    comment: format.comment ?? null,
    from_line: format.skipLines + 1,
    columns:
      format.header === true
        ? (names: string[]) => {
            columns = checkedHeader(file, names);
            return [...columns];
          }
        : [...format.header],
    relax_column_count_less: format.ragged !== 'error',
    relax_column_count_more: format.ragged === 'fit',
    relax_quotes: format.relaxQuotes,
    max_record_size: LONGEST_RECORD,
    skip_empty_lines: true,
    cast,
  });
  const records = pipeline(Readable.from(text), parser, () => {});
  let rows: FileRow[] = [];
  try {
    for await (const record of records) {
      rows.push(format.ragged === 'error' ? (record as FileRow) : padded(record as FileRow, columns));
      if (rows.length < size.rows && characters < size.characters) continue;
      yield rows;
      rows = [];
      characters = 0;
    }
  } catch (error) {
    throw csvFailure(file, error);
  } finally {
    records.destroy();
  }
  if (rows.length > 0) yield rows;
}

/** A row with null where its line had no cell. */
function padded(row: FileRow, columns: readonly string[]): FileRow {
  for (const name of columns) if (!Object.hasOwn(row, name)) row[name] = null;
  return row;
}

function checkedHeader(file: StoredFile, names: readonly string[]): string[] {
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined) throw brokenFile(file, 'names two columns alike', { line: 1, text: doubled });
  const empty = names.findIndex((name) => name.trim() === '');
  if (empty >= 0) throw brokenFile(file, `has no name for column ${empty + 1}`, { line: 1 });
  return [...names];
}

function csvFailure(file: StoredFile, error: unknown): unknown {
  if (isTidemarkError(error) || !(error instanceof CsvError)) return error;
  const failure = error as CsvError & { readonly lines?: number };
  // the parser's own words end in "at line 3"
  const problem = failure.message.replace(/(,? )?(on|at|starting at) line \d+\.?/i, '').replace(/\.$/, '');
  return brokenFile(file, `is broken CSV (${problem})`, { line: failure.lines, cause: error });
}
