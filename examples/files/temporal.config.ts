// A bucket into which another system puts a batch of files each day. A batch that comes again replaces its old self.
// The keys are SOURCES__FILES__S3__ACCESS_KEY_ID and SOURCES__FILES__S3__SECRET_ACCESS_KEY, or what AWS's own tools find.
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { files } from 'tidemark/sources/files';

const batches = pipeline({
  name: 'batches',
  destination: duckdb({ path: 'crm.duckdb' }),
  dataset: 'crm_data',
});

export default defineConfig({
  pipelines: [
    {
      pipeline: batches,
      source: () =>
        files({
          location: 's3://exports/crm',
          tables: [
            {
              name: 'daily_batch',
              glob: 'batches/{yyyy}/{MM}/{dd}/*.jsonl.gz',
              mergeKey: 'batch_day',
              writeDisposition: 'merge',
            },
          ],
        }),
      // an hour later than the day ends: the files of its last minutes are there by then
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '2024-03-01', delay: '1h' },
    },
  ],
});
