// What `npm run demo` deploys: a year of Zendesk data, week by week from February to July 2023, and the new data day by day.
// Both pipelines load into one dataset. Credentials come from the environment, as in any other project.
import path from 'node:path';
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { zendesk } from 'tidemark/sources/zendesk';

/** The checkout, seen from this file and from its build. */
const checkout = path.resolve(
  __dirname,
  ...(path.basename(path.resolve(__dirname, '..', '..')) === 'dist' ? ['..', '..', '..'] : ['..', '..']),
);
const destination = duckdb({ path: path.join(checkout, '.tidemark', 'demo', 'zendesk.duckdb') });
const dataset = 'zendesk_support_data';

export const backfill = pipeline({ name: 'zendesk_support_backfill', destination, dataset });
export const daily = pipeline({ name: 'zendesk_support_new', destination, dataset });

const source = () => zendesk().withResources('tickets', 'ticket_events', 'ticket_metric_events');

export default defineConfig({
  temporal: { taskQueue: 'tidemark-demo' },
  defaults: { decompose: 'serialize', triggerRule: 'all_done', retries: 0, maxActiveRuns: 1 },
  pipelines: [
    {
      pipeline: backfill,
      source,
      schedule: { cron: '@weekly', startDate: '2023-02-01', endDate: '2023-08-01', catchup: true },
    },
    {
      pipeline: daily,
      source,
      schedule: { cron: '@daily', startDate: '2023-02-01', catchup: false },
    },
  ],
});
