import { duckdb, pipeline } from 'tidemark';

const destination = duckdb({ path: 'zendesk.duckdb' });

/** The history; it may run beside the daily pipeline, into the same dataset. */
export const backfill = pipeline({
  name: 'zendesk_support_backfill',
  destination,
  dataset: 'zendesk_support_data',
});

/** What is new, every day. */
export const daily = pipeline({ name: 'zendesk_support_new', destination, dataset: 'zendesk_support_data' });
