/** The files that `init` writes for a source, and what to do then. */
export interface Template {
  readonly files: Readonly<Record<string, string>>;
  readonly next: readonly string[];
}

const ZENDESK_CONFIG = `import { defineConfig, duckdb, pipeline } from 'tidemark';
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
`;

const ZENDESK_ENV = `SOURCES__ZENDESK__CREDENTIALS__SUBDOMAIN=
SOURCES__ZENDESK__CREDENTIALS__EMAIL=
SOURCES__ZENDESK__CREDENTIALS__PASSWORD=
`;

const OWN_CONFIG = `import { defineConfig, defineSource, duckdb, incremental, nextLink, pipeline, resource } from 'tidemark';
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
          type: 'iso',
          initialValue: '2024-01-01T00:00:00Z',
          allowExternalSchedulers: true,
        }),
      },
      async *extract({ incremental: { createdAt }, http }) {
        const pages = http.pages('/events', { params: { since: createdAt.startValue }, next: nextLink('next') });
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
`;

/** What `init --source NAME` can begin with; `own` is a source to be filled in. */
export const TEMPLATES = {
  zendesk: {
    files: { 'temporal.config.ts': ZENDESK_CONFIG, '.env.example': ZENDESK_ENV },
    next: [
      'cp .env.example .env     and fill in the account',
      'npx tidemark preview zendesk_support --limit 5',
      'npx tidemark dev',
    ],
  },
  own: {
    files: { 'temporal.config.ts': OWN_CONFIG },
    next: [
      'describe your API in temporal.config.ts',
      'npx tidemark preview events --limit 5',
      'npx tidemark dev',
    ],
  },
} satisfies Record<string, Template>;

export type TemplateName = keyof typeof TEMPLATES;
