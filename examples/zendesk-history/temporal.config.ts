// What runs on Temporal: the history of 2023 week by week, and from then on every day what is new.
// The account is looked up when a load starts, in the environment, in .env or in .dlt/secrets.toml:
//   SOURCES__ZENDESK__CREDENTIALS__SUBDOMAIN, SOURCES__ZENDESK__CREDENTIALS__EMAIL, SOURCES__ZENDESK__CREDENTIALS__PASSWORD
import { defineConfig } from 'tidemark';
import { zendesk } from 'tidemark/sources/zendesk';
import { backfill, daily } from './pipelines';

export default defineConfig({
  temporal: { taskQueue: 'tidemark' },
  defaults: { decompose: 'serialize', triggerRule: 'all_done' },
  pipelines: [
    {
      pipeline: backfill,
      source: () => zendesk().withResources('tickets', 'ticket_events', 'ticket_metric_events'),
      retries: 0,
      maxActiveRuns: 1,
      schedule: {
        cron: '@weekly',
        timezone: 'UTC',
        startDate: '2023-02-01',
        endDate: '2023-08-01',
        catchup: true,
      },
    },
    {
      pipeline: daily,
      source: () => zendesk(),
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '2023-08-06' },
    },
  ],
});
