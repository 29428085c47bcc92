import type bigquery from '@google-cloud/bigquery/build/src/types';
import type { Target } from './target';

/** What the jobs of a run have used, as Google counts it. */
export interface Used {
  readonly jobs: number;
  readonly bytesBilled: number;
  readonly slotMs: number;
}

/** Adds up the jobs of a run, which are known by their label. @param since when the run began, in milliseconds */
export async function countJobs({ client, prefix }: Target, since: number): Promise<Used> {
  let used: Used = { jobs: 0, bytesBilled: 0, slotMs: 0 };
  let pageToken: string | undefined;
  do {
    const page = await client.call<bigquery.IJobList>({
      method: 'GET',
      path: 'jobs',
      query: { maxResults: 1000, minCreationTime: since, projection: 'full', pageToken },
    });
    for (const { configuration, statistics } of page.jobs ?? []) {
      if (!configuration?.labels?.['tidemark_dataset']?.startsWith(prefix)) continue;
      used = {
        jobs: used.jobs + 1,
        bytesBilled: used.bytesBilled + Number(statistics?.query?.totalBytesBilled ?? 0),
        slotMs: used.slotMs + Number(statistics?.totalSlotMs ?? 0),
      };
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && pageToken !== '');
  return used;
}
