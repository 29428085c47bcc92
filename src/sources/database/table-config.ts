import { z } from 'zod';
import { TidemarkError } from '../../errors';
import type { CursorType } from '../../incremental';
import type { KeyHint, WriteDisposition } from '../../source';
import type { NestedValues } from './types';

const CURSOR_TYPES = [
  'datetime',
  'date',
  'integer',
  'unix',
  'unixMs',
  'unixFloat',
  'text',
  'iso',
] as const satisfies readonly CursorType[];

const bound = z.custom<string | number | bigint | Date>(
  (value) => ['string', 'number', 'bigint'].includes(typeof value) || value instanceof Date,
  { message: 'a text, a number or a Date is expected' },
);

const table = z.strictObject({
  /** Of the table or view, as the catalogue writes it. */
  name: z.string().min(1),
  /** @default that of the source */
  schema: z.string().min(1).optional(),
  /** Name of the resource and of the table that is loaded. @default name */
  as: z.string().min(1).optional(),
  /** The column by which new and changed rows are found; without one the table is replaced by each run. */
  cursor: z.string().min(1).optional(),
  /** What the values of the cursor are. */
  cursorType: z.enum(CURSOR_TYPES).default('datetime'),
  /** Where the first run starts, inclusive. @default the beginning */
  initialValue: bound.optional(),
  /** How far a run without an interval reaches back: seconds, of a date days, of a number as it is. */
  lag: z.number().min(0).default(0),
  /** Rows without a cursor value: the load fails, they come with every run, or never. */
  cursorNulls: z.enum(['raise', 'include', 'exclude']).default('raise'),
  /** @default the catalogue's */
  primaryKey: z.union([z.string(), z.array(z.string())]).optional(),
  /** The columns to load; cursor and key come with them. @default all */
  columns: z.array(z.string()).min(1).optional(),
  /** A condition in the database's SQL, put into the statement as it is: never made from input. */
  where: z.string().min(1).optional(),
  /** @default 'merge' with a cursor, else 'replace' */
  writeDisposition: z
    .custom<WriteDisposition>((value) => ['string', 'object'].includes(typeof value))
    .optional(),
  /** JSON, lists and structs: as JSON in one column, or as columns and tables. */
  nested: z.enum(['json', 'tables']).default('json'),
  /** The most rows of a page. */
  pageRows: z.number().int().min(1).default(5000),
});

/** A table by its name alone, or with settings. */
export const tableSchema = z.union([z.string().min(1), table]);

export type TableInput = z.input<typeof tableSchema>;

export interface DatabaseTable {
  readonly resource: string;
  readonly name: string;
  readonly schema: string;
  readonly cursor: string | undefined;
  readonly cursorType: CursorType;
  readonly initialValue: string | number | bigint | Date | undefined;
  readonly lag: number;
  readonly cursorNulls: 'raise' | 'include' | 'exclude';
  readonly primaryKey: KeyHint | undefined;
  readonly columns: readonly string[] | undefined;
  readonly where: string | undefined;
  readonly writeDisposition: WriteDisposition;
  readonly nested: NestedValues;
  readonly pageRows: number;
}

/** @throws CONFIG_INVALID */
export function resolveTable(input: z.output<typeof tableSchema>, schema: string): DatabaseTable {
  const given = typeof input === 'string' ? table.parse({ name: input }) : input;
  const { name, cursor } = given;
  if (cursor === undefined && (given.lag > 0 || given.initialValue !== undefined))
    throw new TidemarkError(
      'CONFIG_INVALID',
      `The table "${name}" has a lag or an initialValue and no cursor. Name the column by which changes are found, such as cursor: 'updated_at'.`,
      { details: { table: name } },
    );
  return {
    resource: given.as ?? name,
    name,
    schema: given.schema ?? schema,
    cursor,
    cursorType: given.cursorType,
    initialValue: given.initialValue,
    lag: given.lag,
    cursorNulls: given.cursorNulls,
    primaryKey: given.primaryKey,
    columns: given.columns,
    where: given.where,
    writeDisposition: given.writeDisposition ?? (cursor === undefined ? 'replace' : 'merge'),
    nested: given.nested,
    pageRows: given.pageRows,
  };
}
