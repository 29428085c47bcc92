import { bigquery, type Destination } from '../../src/destination';
import { bigqueryDriver } from '../../src/destination/bigquery/driver';
import { sqlDestination } from '../../src/destination/sql';
import type { BigQueryFake } from '../emulators/bigquery';

type Place = Pick<BigQueryFake, 'endpoint' | 'projectId'>;

let datasets = 0;

/** A prefix that no other dataset has. */
export const newPrefix = (): string => `d${++datasets}_`;

/** A destination whose datasets have names that no other one's have. */
export const inBigQuery = (fake: Place): Destination => withPrefix(fake, newPrefix());

export const withPrefix = ({ endpoint, projectId }: Place, datasetPrefix: string): Destination =>
  bigquery({ projectId, location: 'EU', apiEndpoint: endpoint, datasetPrefix });

/** What a test decides that users don't. */
export interface DriverOptions {
  /** Put before the name of the dataset. */
  readonly prefix: string;
  /** Milliseconds. @default never */
  readonly rerunAfter?: readonly number[] | undefined;
  /** @default 1000 */
  readonly retryDeadlineMs?: number | undefined;
  readonly maximumBytesBilled?: string | undefined;
  /** @default 'EU' */
  readonly location?: string | undefined;
}

/**
 * The same over a driver of its own, which stands for a process of its own: commits of two such don't take turns, as those of one
 * process do.
 */
export function asProcess({ endpoint, projectId }: Place, options: DriverOptions): Destination {
  const { prefix, rerunAfter = [], retryDeadlineMs = 1000, maximumBytesBilled, location = 'EU' } = options;
  const place = { projectId, endpoint, location, auth: undefined, maximumBytesBilled, retryDeadlineMs };
  return sqlDestination({
    kind: 'bigquery',
    destinationType: 'dlt.destinations.bigquery',
    describe: () => projectId,
    async open({ pipeline, dataset, workDir }) {
      const driver = bigqueryDriver({ place, dataset: `${prefix}${dataset}`, pipeline, workDir, rerunAfter });
      return { ...driver, exclusive: (work) => work(driver.connect) };
    },
  });
}
