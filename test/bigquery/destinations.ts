import { bigquery, type Destination } from '../../src/destination';
import type { BigQueryFake } from '../emulators/bigquery';

let datasets = 0;

/** A destination whose datasets have names that no other one's have. */
export function inBigQuery(fake: Pick<BigQueryFake, 'endpoint' | 'projectId'>): Destination {
  datasets += 1;
  return withPrefix(fake, `d${datasets}_`);
}

export const withPrefix = (
  { endpoint, projectId }: Pick<BigQueryFake, 'endpoint' | 'projectId'>,
  datasetPrefix: string,
): Destination => bigquery({ projectId, location: 'EU', apiEndpoint: endpoint, datasetPrefix });
