import type bigquery from '@google-cloud/bigquery/build/src/types';
import type { ActualColumn, ActualTables } from '../commit';
import { isBigQueryFailure } from './failure';
import { tablePath } from './paths';
import { sqlName } from './results';
import type { JobSession } from './session';

type Place = Pick<JobSession, 'client' | 'dataset'>;

/** Columns of one table, which no job is asked for, and which are the newest. @throws BigQueryFailure notFound */
export async function columnsOf({ client, dataset }: Place, name: string): Promise<readonly ActualColumn[]> {
  const { schema } = await client.call<bigquery.ITable>({
    method: 'GET',
    path: tablePath(dataset, name),
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

/** As `INFORMATION_SCHEMA` writes it. */
function actualType(field: bigquery.ITableFieldSchema): string {
  const { precision, scale, maxLength } = field;
  const name = sqlName(field);
  if (maxLength !== undefined) return `${name}(${maxLength})`;
  if (precision === undefined) return name;
  return `${name}(${precision}${scale === undefined ? '' : `, ${scale}`})`;
}
