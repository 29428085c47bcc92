import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BigQueryTableOptions, ColumnHint } from '../../../src';
import type { ColumnSchema, DataType, TableSchema } from '../../../src/schema';
import { ROOT } from '../../root';

/** What real dlt wrote, by test/conformance/bigquery-layout/record.py. */
export interface Layout {
  readonly producer: string;
  readonly dataset: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly types: readonly { readonly column: Omit<ColumnSchema, 'name'>; readonly type: string }[];
  readonly stored_types: readonly {
    readonly stored: string;
    readonly column: { readonly data_type: DataType };
  }[];
  readonly texts: readonly { readonly text: string; readonly literal: string; readonly identifier: string }[];
  readonly hinted: readonly Hinted[];
  readonly names: readonly {
    readonly max_length?: number;
    readonly identifier?: string;
    readonly normalized?: string;
    readonly path?: string;
  }[];
  readonly service: {
    readonly create: Readonly<Record<string, readonly string[]>>;
    readonly version: readonly Executed[];
    readonly load: readonly Executed[];
    readonly state: Readonly<Record<string, unknown>>;
  };
}

interface Executed {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** A resource as it was given to dlt, and what dlt made of it. */
export interface Hinted {
  readonly id: string;
  readonly hints?: {
    readonly primary_key?: string;
    readonly write_disposition?: 'merge';
    readonly columns?: Readonly<Record<string, Omit<ColumnSchema, 'name'>>>;
  };
  readonly adapter?: Readonly<Record<string, unknown>>;
  readonly tables?: Readonly<Record<string, HintedTable>>;
  readonly error?: string;
  /** The whole schema as dlt stores it. */
  readonly schema?: string;
}

export interface HintedTable {
  readonly schema: TableSchema;
  readonly create: readonly string[];
  /** What adds all columns but the first. */
  readonly add: readonly string[];
}

export const layout = JSON.parse(
  readFileSync(path.join(ROOT, 'test', 'conformance', 'bigquery-layout', 'layout.json'), 'utf8'),
) as Layout;

/** How all statements differ, and why. */
const EVERYWHERE: readonly (readonly [from: RegExp, to: string, reason: string])[] = [
  [/`project-of-nobody`\./g, '', 'a job runs in its project, whose name its statements need not say'],
  [/\bIF NOT EXISTS /g, '', 'a script that failed halfway is run again'],
  [/\s+/g, ' ', 'dlt breaks lines'],
  [/ ?([(),]) ?/g, '$1', 'dlt leaves room for what a column may have between its type and a comma'],
];

/** A statement without what differs everywhere. */
export const canonical = (sql: string): string =>
  EVERYWHERE.reduce((text, [from, to]) => text.replace(from, to), sql).trim();

/** dlt adds columns as NOT NULL, which BigQuery refuses in a table that is there: a load of dlt's would fail. */
export const withoutNotNull = (sql: string): string => sql.replaceAll(' NOT NULL', '');

/** What was given to dlt as an author of tidemark writes it. */
export function optionsOf({ hints = {}, adapter }: Hinted): Record<string, unknown> {
  const columns = Object.entries(hints.columns ?? {}).map(([name, { data_type, ...hint }]) => [
    name,
    { ...hint, ...(data_type === undefined ? {} : { dataType: data_type }) } as ColumnHint,
  ]);
  const options: Record<string, unknown> = { columns: Object.fromEntries(columns) };
  if (hints.primary_key !== undefined) options.primaryKey = hints.primary_key;
  if (hints.write_disposition !== undefined) options.writeDisposition = hints.write_disposition;
  if (adapter !== undefined)
    options.bigquery = Object.fromEntries(
      Object.entries(adapter).map(([name, value]) => [ADAPTER[name] ?? name, inCamelCase(value)]),
    );
  return options;
}

const ADAPTER: Readonly<Record<string, keyof BigQueryTableOptions>> = {
  round_half_even: 'roundHalfEven',
  round_half_away_from_zero: 'roundHalfAwayFromZero',
  table_description: 'tableDescription',
  table_expiration_datetime: 'tableExpiration',
  partition_expiration_days: 'partitionExpirationDays',
};

function inCamelCase(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { column_name: column, ...rest } = value as Readonly<Record<string, unknown>>;
  return { column, ...rest };
}
