import type bigquery from '@google-cloud/bigquery/build/src/types';
import type { ActualColumn, ActualTables } from '../commit';
import { isBigQueryFailure } from './failure';
import type { JobSession } from './session';

type Place = Pick<JobSession, 'client' | 'dataset'>;

/** Columns of one table, which no job is asked for, and which are the newest. @throws BigQueryFailure notFound */
export async function columnsOf({ client, dataset }: Place, name: string): Promise<readonly ActualColumn[]> {
  const { schema } = await client.call<bigquery.ITable>({
    method: 'GET',
    path: `datasets/${encodeURIComponent(dataset)}/tables/${encodeURIComponent(name)}`,
  });
  return (schema?.fields ?? []).map((field) => ({
    name: String(field.name).toLowerCase(),
    type: actualType(field),
    nullable: field.mode !== 'REQUIRED',
  }));
}

/** Those of these tables that are there. */
export async function namedTables(place: Place, names: readonly string[]): Promise<ActualTables> {
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        return [[name, await columnsOf(place, name)] as const];
      } catch (error) {
        if (isBigQueryFailure(error, 'notFound')) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
}

const SQL_NAMES: Readonly<Record<string, string>> = { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL' };

/** As `INFORMATION_SCHEMA` writes it. */
function actualType({ type = '', precision, scale, maxLength }: bigquery.ITableFieldSchema): string {
  const name = SQL_NAMES[type] ?? type;
  if (maxLength !== undefined) return `${name}(${maxLength})`;
  if (precision === undefined) return name;
  return `${name}(${precision}${scale === undefined ? '' : `, ${scale}`})`;
}
