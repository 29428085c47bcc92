import type bigquery from '@google-cloud/bigquery/build/src/types';
import { TidemarkError } from '../../errors';
import type { BigQueryClient } from './client';
import { isBigQueryFailure } from './failure';

/** Google makes datasets there where nothing is said. */
const DEFAULT_LOCATION = 'US';

/** What was found of a dataset, and isn't looked for again while it is open. */
export class KnownDataset {
  readonly dataset: string;
  #location: string | undefined;
  #exists = false;
  /** Whether its tables of records have been seen, so that they can be asked for without a look. */
  hasRecords = false;

  constructor(dataset: string) {
    this.dataset = dataset;
  }

  /** Whether it is there. @throws CONFIG_INVALID for one in another location than the config says */
  async exists(client: BigQueryClient): Promise<boolean> {
    if (this.#exists) return true;
    try {
      const found = await client.call<bigquery.IDataset>({ method: 'GET', path: this.#path });
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

  /** Makes it, if it isn't there. */
  async create(client: BigQueryClient): Promise<void> {
    if (await this.exists(client)) return;
    const location = client.place.location ?? DEFAULT_LOCATION;
    const datasetReference = { projectId: client.place.projectId, datasetId: this.dataset };
    try {
      const made = await client.call<bigquery.IDataset>({
        method: 'POST',
        path: 'datasets',
        body: { datasetReference, location },
      });
      this.#found(client, made);
    } catch (error) {
      // another one was first
      if (!isBigQueryFailure(error) || error.status !== 409) throw error;
      await this.exists(client);
    }
  }

  /** What was found may be no more: it is looked for again. */
  forget(): void {
    this.#exists = false;
    this.hasRecords = false;
  }

  get #path(): string {
    return `datasets/${encodeURIComponent(this.dataset)}`;
  }

  #found({ place }: BigQueryClient, { location, defaultTableExpirationMs }: bigquery.IDataset): void {
    if (defaultTableExpirationMs !== undefined)
      throw expiring(this.dataset, Number(defaultTableExpirationMs));
    if (place.location !== undefined && location !== undefined && !same(place.location, location))
      throw new TidemarkError(
        'CONFIG_INVALID',
        `The dataset "${this.dataset}" of the project "${place.projectId}" is in the location "${location}", and the config says "${place.location}". A dataset can't be moved: set "location" to "${location}", or use another dataset.`,
        { details: { dataset: this.dataset, location, configured: place.location } },
      );
    this.#exists = true;
    this.#location = location ?? place.location;
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
