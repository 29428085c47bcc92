export { type BigQueryOptions, bigquery } from './bigquery-destination';
