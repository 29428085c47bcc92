// What this checkout runs, where and when: the two pipelines of `npm run demo`. The history of Zendesk week by week, February
// to July 2023, and day by day what is new. Both load into one dataset. `npm run -s tidemark -- status` reads it, too.
// The account comes from the environment, as in any other project; the demo sets it to that of its emulator.
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { zendesk } from 'tidemark/sources/zendesk';

const destination = duckdb({ path: '.tidemark/demo/zendesk.duckdb' });
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
