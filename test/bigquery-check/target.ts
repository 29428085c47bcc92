import { randomBytes } from 'node:crypto';
import { environmentProviders } from '../../src/config';
import { type BigQueryOptions, bigquery, type Destination } from '../../src/destination';
import { type BigQueryClient, bigqueryClient } from '../../src/destination/bigquery/client';
import { KnownDataset } from '../../src/destination/bigquery/dataset-place';
import { placeFor, settingsOf } from '../../src/destination/bigquery/settings';
import type { CheckOptions } from './options';

/** Names of all datasets of all checks begin so. */
export const CHECK_PREFIX = 'tidemark_check_';

const RETRY_DEADLINE_S = 60;

/** The BigQuery that is asked, and the names of this run in it. */
export interface Target {
  readonly client: BigQueryClient;
  /** What the names of all its datasets begin with. */
  readonly prefix: string;
  /** A destination whose datasets are nobody else's. */
  place(): Place;
}

/** Where the datasets of one check are. */
export interface Place {
  readonly destination: Destination;
  /** What another process makes the same destination of. */
  readonly options: BigQueryOptions;
  /** As BigQuery has it. */
  dataset(name: string): string;
}

/** @throws TidemarkError CONFIG_MISSING where no project is known, CONFIG_INVALID */
export async function openTarget({ project, location, endpoint }: CheckOptions): Promise<Target> {
  const given = {
    projectId: project,
    location,
    credentials: undefined,
    maximumBytesBilled: undefined,
    retryDeadlineMs: RETRY_DEADLINE_S * 1000,
    apiEndpoint: endpoint,
  };
  const client = bigqueryClient(await placeFor(settingsOf(given, 'bigquery_check', environmentProviders())));
  const prefix = `${CHECK_PREFIX}${randomBytes(4).toString('hex')}_`;
  const { projectId } = client.place;
  let places = 0;
  return {
    client,
    prefix,
    place() {
      places += 1;
      const datasetPrefix = `${prefix}${places}_`;
      const options: BigQueryOptions = {
        projectId,
        datasetPrefix,
        ...(client.place.location !== undefined && { location: client.place.location }),
        ...(endpoint !== undefined && { apiEndpoint: endpoint }),
      };
      return {
        destination: bigquery(options),
        options,
        dataset: (name) => `${datasetPrefix}${name}`,
      };
    },
  };
}

/** Makes a dataset and deletes it: what an account can't do is told before a check begins. */
export async function tryRights({ client, prefix }: Target): Promise<void> {
  const dataset = `${prefix}probe`;
  await new KnownDataset(dataset).create(client);
  await deleteDataset(client, dataset);
}

/** Deletes every dataset of a run. @param prefix another one: {@link CHECK_PREFIX} is that of all runs. @returns how many there were */
export async function deleteDatasets({ client, ...target }: Target, prefix = target.prefix): Promise<number> {
  const names = (await datasetNames(client)).filter((name) => name.startsWith(prefix));
  for (const name of names) await deleteDataset(client, name);
  return names.length;
}

async function deleteDataset(client: BigQueryClient, dataset: string): Promise<void> {
  await client.call({ method: 'DELETE', path: `datasets/${dataset}`, query: { deleteContents: true } });
}

interface DatasetPage {
  readonly datasets?: readonly { readonly datasetReference?: { readonly datasetId?: string } }[];
  readonly nextPageToken?: string;
}

async function datasetNames(client: BigQueryClient): Promise<readonly string[]> {
  const names: string[] = [];
  let pageToken: string | undefined;
  do {
    const page: DatasetPage = await client.call<DatasetPage>({
      method: 'GET',
      path: 'datasets',
      query: { maxResults: 1000, pageToken },
    });
    names.push(...(page.datasets ?? []).map((one) => one.datasetReference?.datasetId ?? ''));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && pageToken !== '');
  return names;
}
