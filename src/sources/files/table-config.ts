import { IANAZone } from 'luxon';
import { z } from 'zod';
import { instant } from '../../config';
import { TidemarkError } from '../../errors';
import type { ColumnDataType, ColumnHint, KeyHint, OnRerun, WriteDisposition } from '../../source';
import { DATA_TYPES } from '../../value';
import { knownEncoding } from './decode-text';
import { datePartsOf } from './path-date';
import { type PathPattern, parsePathPattern } from './path-pattern';
import type { CsvFormat } from './read-csv';
import type { FileFormat } from './types';
import { choice, settings } from './zod-checks';

const key = z.union([z.string(), z.array(z.string())]);

const csv = settings({
  /** @default ',', for .tsv a tab */
  delimiter: z.string().min(1).optional(),
  /** False where quotes have no meaning. */
  quote: z.union([z.string().length(1), z.literal(false)]).default('"'),
  escape: z.string().length(1).default('"'),
  /** What begins a line that is left out. @default none */
  comment: z.string().min(1).optional(),
  /** Names of the columns, for files whose first line is data. @default the first line */
  header: z.array(z.string()).optional(),
  /** Lines before the header. */
  skipLines: z.number().int().min(0).default(0),
  /** Cells without quotes that are null. */
  nulls: z.array(z.string()).default(['']),
  /**
   * What a line with other cells than the header is: an error; or, with `pad`, one whose missing cells are null; with `fit`, also one
   * whose cells beyond the header are left out.
   */
  ragged: choice('error', 'pad', 'fit').default('error'),
  /** Whether a quote within a cell that doesn't begin with one is a letter like any other. */
  relaxQuotes: z.boolean().default(false),
  /** Whether cells of columns without a type become numbers and booleans where no digit is lost. */
  guessTypes: z.boolean().default(false),
});

/** One table of a files source. */
export const tableSchema = settings({
  /** Of the resource and its table. */
  name: z.string().min(1),
  /** Paths below the location: `*`, `**`, `?`, `{a,b}`, `[a-z]`, and the date parts {yyyy} {MM} {dd} {HH} {mm}. */
  glob: z.string(),
  /**
   * `jsonl`: an object a line; `json`: the file is one JSON value. By the file's name: .jsonl .ndjson, .csv .tsv, .parquet, with
   * .gz, .zst, .bz2 or without; .json is `json` if it begins with a bracket or the table has `data`, else `jsonl`. @default by the name
   */
  format: choice('jsonl', 'json', 'csv', 'parquet').optional(),
  /** Where the rows of a JSON file are: a field, or one within objects, `result.items`. @default the whole file */
  data: z
    .string()
    .refine((path) => path.split('.').every((part) => part !== ''), {
      message: 'it is not a field; write one such as "items" or "result.items"',
    })
    .optional(),
  /** What text files without a byte order mark are in: utf-8, utf-16le, windows-1252 (latin1), shift_jis, … @default 'utf-8' */
  encoding: z
    .string()
    .refine((name) => knownEncoding(name) !== undefined, {
      message: 'it is not a known encoding; write one such as utf-8, utf-16le, windows-1252 or shift_jis',
    })
    .optional(),
  /** How new files are found; `none` replaces the table with each run. @default 'date' where the path has one, else 'modified' */
  incremental: choice('modified', 'date', 'none').optional(),
  /** Finds the date in a path that {yyyy} and the like can't describe: groups year, month, day, hour, minute. */
  dateFrom: z.union([z.instanceof(RegExp), z.string()]).optional(),
  /** IANA zone of dates in paths. */
  timezone: z.string().default('UTC').refine(IANAZone.isValidZone, {
    message: 'it is not an IANA time zone; write one such as Europe/Berlin',
  }),
  /** Files before it are left out. Inclusive. @default none are */
  startDate: instant().optional(),
  /** How many seconds a run without an interval reaches back, for files that come late. */
  lag: z.number().min(0).default(0),
  primaryKey: key.optional(),
  mergeKey: key.optional(),
  /** @default 'append', with `incremental: 'none'` 'replace' */
  writeDisposition: z
    .custom<WriteDisposition>((value) => ['string', 'object'].includes(typeof value))
    .optional(),
  onRerun: z.enum(['append', 'replace']).optional(),
  /** Types and hints of columns. Cells of CSV are read as their type; a column without one is text. */
  columns: z.record(z.string(), z.looseObject({ dataType: z.enum(DATA_TYPES).optional() })).optional(),
  /** Adds `_file_name` and `_file_modified` to each row. */
  fileColumns: z.boolean().default(false),
  /** The most rows of a page; one of lines is at most some 8 million characters long too. */
  pageRows: z.number().int().min(1).default(5000),
  csv: csv.optional(),
});

export type TableInput = z.input<typeof tableSchema>;

/** A table with its defaults, its glob read. */
export interface FileTable {
  readonly name: string;
  readonly pattern: PathPattern;
  readonly format: FileFormat | undefined;
  readonly data: string | undefined;
  readonly encoding: string | undefined;
  readonly incremental: 'modified' | 'date' | 'none';
  /** Finds the date in a path. */
  readonly dateRegex: RegExp;
  readonly timezone: string;
  readonly startDate: string | undefined;
  readonly lag: number;
  readonly primaryKey: KeyHint | undefined;
  readonly mergeKey: KeyHint | undefined;
  readonly writeDisposition: WriteDisposition;
  readonly onRerun: OnRerun | undefined;
  readonly columns: Readonly<Record<string, ColumnHint>> | undefined;
  readonly fileColumns: boolean;
  readonly pageRows: number;
  readonly csv: Omit<CsvFormat, 'delimiter'> & { readonly delimiter: string | undefined };
}

/** @throws CONFIG_INVALID */
export function resolveTable(table: z.output<typeof tableSchema>): FileTable {
  const pattern = parsePathPattern(table.glob);
  const dateRegex = dateRegexOf(table, pattern);
  const dated = datePartsOf(dateRegex).length > 0;
  const incremental = table.incremental ?? (dated ? 'date' : 'modified');
  if (incremental === 'date' && !dated)
    throw new TidemarkError(
      'CONFIG_INVALID',
      `The table "${table.name}" is incremental by date, and its glob "${table.glob}" has none. Write the date as in "{yyyy}/{MM}/{dd}/*.jsonl", or give "dateFrom".`,
      { details: { table: table.name } },
    );
  if (table.data !== undefined && table.format !== undefined && table.format !== 'json')
    throw new TidemarkError(
      'CONFIG_INVALID',
      `The table "${table.name}" has "data", which is for JSON files, and its "format" is "${table.format}". Set "format" to "json", or leave "data" out.`,
      { details: { table: table.name } },
    );
  const { header, comment, ...format } = table.csv ?? csv.parse({});
  return {
    name: table.name,
    pattern,
    format: table.format,
    data: table.data,
    encoding: table.encoding,
    incremental,
    dateRegex,
    timezone: table.timezone,
    startDate: table.startDate,
    lag: table.lag,
    primaryKey: table.primaryKey,
    mergeKey: table.mergeKey,
    writeDisposition: table.writeDisposition ?? (incremental === 'none' ? 'replace' : 'append'),
    onRerun: table.onRerun,
    columns: table.columns as Readonly<Record<string, ColumnHint>> | undefined,
    fileColumns: table.fileColumns,
    pageRows: table.pageRows,
    csv: {
      ...format,
      delimiter: format.delimiter,
      header: header ?? true,
      comment,
      types: typesOf(table.columns),
    },
  };
}

function dateRegexOf({ name, dateFrom }: z.output<typeof tableSchema>, pattern: PathPattern): RegExp {
  if (dateFrom === undefined) return pattern.regex;
  let regex: RegExp;
  try {
    regex = typeof dateFrom === 'string' ? new RegExp(dateFrom, 'u') : dateFrom;
  } catch (cause) {
    throw new TidemarkError(
      'CONFIG_INVALID',
      `"dateFrom" of the table "${name}" is "${String(dateFrom)}", which is not a valid regular expression: ${(cause as Error).message}.`,
      { cause, details: { table: name } },
    );
  }
  if (datePartsOf(regex).includes('yyyy')) return regex;
  throw new TidemarkError(
    'CONFIG_INVALID',
    `"dateFrom" of the table "${name}" is "${regex.source}", which names no year; name groups, as in "(?<year>\\\\d{4})-(?<month>\\\\d\\\\d)-(?<day>\\\\d\\\\d)".`,
    { details: { table: name } },
  );
}

function typesOf(
  columns: Readonly<Record<string, { readonly dataType?: ColumnDataType | undefined }>> = {},
): Readonly<Record<string, ColumnDataType>> {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, { dataType }]) =>
      dataType === undefined ? [] : [[name, dataType]],
    ),
  );
}
