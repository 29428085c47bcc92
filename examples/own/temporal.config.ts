import {
  defineConfig,
  defineSource,
  duckdb,
  incremental,
  isoText,
  nextLink,
  pipeline,
  resource,
} from 'tidemark';
import { z } from 'zod';

/** Rows of https://api.example.com/events, oldest first, from the instant on where the last load ended. */
const events = defineSource({
  name: 'events',
  config: z.object({ baseUrl: z.string().default('https://api.example.com') }),
  http: (c) => ({ baseUrl: c.baseUrl }),
  resources: () => [
    resource({
      name: 'events',
      primaryKey: 'id',
      incremental: {
        createdAt: incremental({
          cursor: 'created_at',
          type: 'datetime',
          initialValue: '2024-01-01T00:00:00Z',
          allowExternalSchedulers: true,
        }),
      },
      async *extract({ incremental: { createdAt }, http }) {
        const pages = http.pages('/events', {
          params: { since: isoText(createdAt.startValue) },
          next: nextLink('next'),
        });
        for await (const page of pages) {
          yield page.events;
          if (createdAt.endOutOfRange) return;
        }
      },
    }),
  ],
});

export default defineConfig({
  pipelines: [
    {
      pipeline: pipeline({ name: 'events', destination: duckdb(), dataset: 'events_data' }),
      source: () => events(),
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '2024-01-01', catchup: true },
    },
  ],
});
