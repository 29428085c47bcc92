// An API described rather than programmed: the issues of a GitHub repository, and the comments of each.
import { bearer, defineConfig, duckdb, instant, linkHeader, pipeline, secret } from 'tidemark';
import { restSource } from 'tidemark/sources/rest';
import { z } from 'zod';

const repository = restSource({
  name: 'repository',
  config: z.object({
    /** `duckdb/duckdb` */
    repository: z.string(),
    accessToken: secret(z.string()),
    startDate: instant().default('2024-01-01'),
    baseUrl: z.string().default('https://api.github.com'),
  }),
  baseUrl: (c) => `${c.baseUrl}/repos/${c.repository}`,
  auth: (c) => bearer(c.accessToken),
  http: {
    concurrency: 1,
    limitHeaders: [
      { remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset', resetIs: 'epochSeconds' },
    ],
  },
  defaults: {
    primaryKey: 'id',
    writeDisposition: 'merge',
    params: { per_page: 100 },
    paginate: linkHeader(),
  },
  resources: (c) => [
    {
      name: 'issues',
      params: { state: 'all', sort: 'updated', direction: 'asc' },
      incremental: {
        cursor: 'updated_at',
        type: 'datetime',
        initialValue: c.startDate,
        startParam: 'since',
        rowOrder: 'asc',
      },
    },
    {
      name: 'comments',
      path: '/issues/{resources.issues.number}/comments',
      includeFromParent: ['number'],
      emptyOn: [404],
    },
  ],
});

export default defineConfig({
  pipelines: [
    {
      pipeline: pipeline({
        name: 'repository',
        destination: duckdb({ path: 'repository.duckdb' }),
        dataset: 'repository_data',
      }),
      source: () => repository(),
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '2024-01-01', catchup: true },
    },
  ],
});
