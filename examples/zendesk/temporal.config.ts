// Zendesk Support, every day from 2024 on. Users and organizations come too where they are named: .withResources('users', …).
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { zendesk } from 'tidemark/sources/zendesk';

const support = pipeline({
  name: 'zendesk_support',
  destination: duckdb({ path: 'zendesk.duckdb' }),
  dataset: 'zendesk_support_data',
});

export default defineConfig({
  pipelines: [
    {
      pipeline: support,
      source: () => zendesk().withResources('tickets', 'ticket_events', 'ticket_metric_events'),
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '2024-01-01', catchup: true },
    },
  ],
});
