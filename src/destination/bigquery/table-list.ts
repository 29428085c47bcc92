import type bigquery from '@google-cloud/bigquery/build/src/types';
import type { BigQueryClient } from './client';
import { tablesPath } from './paths';

/** A page of names is cheap. */
const PAGE = 1000;

interface Listed {
  readonly name: string;
  /** `TABLE`, `VIEW`, … */
  readonly type: string;
}

/** The tables and views of a dataset, also those of which the catalogue that a query asks doesn't know yet. */
export async function listTables(client: BigQueryClient, dataset: string): Promise<readonly Listed[]> {
  const found: Listed[] = [];
  let pageToken: string | undefined;
  do {
    const page = await client.call<bigquery.ITableList>({
      method: 'GET',
      path: tablesPath(dataset),
      query: { maxResults: PAGE, pageToken },
    });
    for (const { tableReference, type = 'TABLE' } of page.tables ?? [])
      found.push({ name: tableReference?.tableId ?? '', type });
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && pageToken !== '');
  return found;
}
