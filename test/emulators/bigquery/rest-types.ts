import type bigquery from '@google-cloud/bigquery/build/src/types';

/** Google's REST types, from its discovery document. */
export type Job = bigquery.IJob;
export type JobConfiguration = bigquery.IJobConfiguration;
export type JobReference = bigquery.IJobReference;
export type ErrorProto = bigquery.IErrorProto;
export type Table = bigquery.ITable;
export type TableFieldSchema = bigquery.ITableFieldSchema;
export type TableReference = bigquery.ITableReference;
export type Dataset = bigquery.IDataset;
export type DatasetReference = bigquery.IDatasetReference;
export type QueryParameter = bigquery.IQueryParameter;
export type QueryResults = bigquery.IGetQueryResultsResponse;
export type TableRow = bigquery.ITableRow;
