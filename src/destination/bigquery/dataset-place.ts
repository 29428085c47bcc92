import type bigquery from '@google-cloud/bigquery/build/src/types';
import { TidemarkError } from '../../errors';
import type { BigQueryClient } from './client';
import { isBigQueryFailure } from './failure';
import { datasetPath } from './paths';

/** Google makes datasets there where nothing is said. */
const DEFAULT_LOCATION = 'US';

/** What was found of a dataset, and isn't looked for again while it is open. */
export class KnownDataset {
  readonly dataset: string;
  #location: string | undefined;
  #exists = false;
  /** Milliseconds after which tables go by default; 0: never. */
  #expiresAfter = 0;
  /** Whether its tables of records have been seen, so that they can be asked for without a look. */
  hasRecords = false;

  constructor(dataset: string) {
    this.dataset = dataset;
  }

  /** Whether it is there. @throws CONFIG_INVALID for one in another location than the config says */
  async exists(client: BigQueryClient): Promise<boolean> {
    if (this.#exists) return true;
    try {
      const found = await client.call<bigquery.IDataset>({ method: 'GET', path: datasetPath(this.dataset) });
      this.#found(client, found);
    } catch (error) {
      if (!isBigQueryFailure(error, 'notFound')) throw error;
    }
    return this.#exists;
  }

  /** Where its jobs run. */
  async location(client: BigQueryClient): Promise<string> {
    if (this.#location === undefined) await this.exists(client);
    return this.#location ?? client.place.location ?? DEFAULT_LOCATION;
  }

  /** Makes it, if it isn't there. @throws CONFIG_INVALID for one in which what a load keeps would go; reading it is no error */
  async create(client: BigQueryClient): Promise<void> {
    // that may have been mended since
    if (this.#expiresAfter > 0) this.#exists = false;
    if (!(await this.exists(client))) await this.#make(client);
    if (this.#expiresAfter > 0) throw expiring(this.dataset, this.#expiresAfter);
  }

  /** What was found may be no more: it is looked for again. */
  forget(): void {
    this.#exists = false;
    this.hasRecords = false;
  }

  async #make(client: BigQueryClient): Promise<void> {
    const location = client.place.location ?? DEFAULT_LOCATION;
    const datasetReference = { projectId: client.place.projectId, datasetId: this.dataset };
    const body = { datasetReference, location };
    try {
      this.#found(client, await client.call<bigquery.IDataset>({ method: 'POST', path: 'datasets', body }));
    } catch (error) {
      // another one was first
      if (!isBigQueryFailure(error) || error.status !== 409) throw error;
      await this.exists(client);
    }
  }

  #found({ place }: BigQueryClient, { location, defaultTableExpirationMs }: bigquery.IDataset): void {
    if (place.location !== undefined && location !== undefined && !same(place.location, location))
      throw new TidemarkError(
        'CONFIG_INVALID',
        `The dataset "${this.dataset}" of the project "${place.projectId}" is in the location "${location}", and the config says "${place.location}". A dataset can't be moved: set "location" to "${location}", or use another dataset.`,
        { details: { dataset: this.dataset, location, configured: place.location } },
      );
    this.#exists = true;
    this.#location = location ?? place.location;
    this.#expiresAfter = Number(defaultTableExpirationMs ?? 0);
  }
}

const DAY_MS = 86_400_000;

const expiring = (dataset: string, ms: number): TidemarkError =>
  new TidemarkError(
    'CONFIG_INVALID',
    `Tables of the dataset "${dataset}" go ${Math.round(ms / DAY_MS)} days after they were made ("default table expiration"), those of state and ledger, too: loads would forget what they have loaded. Set the dataset's default to never ("bq update --default_table_expiration 0 ${dataset}"), and give single resources an expiry by \`bigquery: { partitionExpirationDays }\`.`,
    { details: { dataset, defaultTableExpirationMs: ms } },
  );

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
