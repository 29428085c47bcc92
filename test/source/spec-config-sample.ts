// The sample of temporal.config.ts, word for word, with the Zendesk source of the package: tsc compiles this file.
import { defineConfig, duckdb, pipeline } from '../../src';
import { zendesk } from '../../src/sources/zendesk';

const p = pipeline({
  name: 'zendesk',
  destination: duckdb({ path: 'zendesk.duckdb' }),
  dataset: 'zendesk_data',
});

// temporal.config.ts
// biome-ignore format: as the specification writes it
export default defineConfig({
  temporal: { taskQueue: 'tidemark' }, defaults: { retries: 3, decompose: 'serialize' },
  pipelines: [{
    pipeline: p, source: () => zendesk().withResources('tickets', 'ticket_events', 'ticket_metric_events'),      // or several sources
    decompose: 'serialize', triggerRule: 'all_done', retries: 0, maxActiveRuns: 1, mode: 'interval', overrides: { tickets: { retries: 5 } },
    schedule: { cron: '@weekly', timezone: 'UTC', startDate: '2023-02-01', endDate: '2023-08-01', catchup: true },
  }],
});
