// Zendesk into one dataset of BigQuery by two pipelines: the history of 2023 week by week, four weeks at a time, and beside it,
// every day, what is new. They extract and stage beside each other; their commits come one after the other.
// Looked up when a load starts, in the environment, in .env or in .dlt/secrets.toml:
//   DESTINATION__BIGQUERY__PROJECT_ID, DESTINATION__BIGQUERY__LOCATION, DESTINATION__BIGQUERY__CREDENTIALS (the JSON of a key; without it
//   Google's application default credentials), SOURCES__ZENDESK__CREDENTIALS__SUBDOMAIN, …__EMAIL and …__PASSWORD
import { bigquery, defineConfig, pipeline } from 'tidemark';
import { zendesk } from 'tidemark/sources/zendesk';

const destination = bigquery();
const dataset = 'zendesk_support_data';

export const backfill = pipeline({ name: 'zendesk_support_backfill', destination, dataset });
export const daily = pipeline({ name: 'zendesk_support_new', destination, dataset });

export default defineConfig({
  temporal: { taskQueue: 'zendesk-bigquery' },
  pipelines: [
    {
      pipeline: backfill,
      source: () => zendesk().withResources('tickets', 'ticket_events', 'ticket_metric_events'),
      maxActiveRuns: 4,
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
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '2023-02-01' },
    },
  ],
});
