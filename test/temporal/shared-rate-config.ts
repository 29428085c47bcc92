import path from 'node:path';
import { z } from 'zod';
import { defineSource, duckdb, incremental, pipeline, resource } from '../../src';
import { resolveConfig } from '../../src/config';

export const LIMIT = { requests: 30, perMs: 3_000 } as const;
const REQUESTS = 40;

/** Asks its API so many times, as fast as it is let. */
const busy = (name: string, baseUrl: string) =>
  defineSource({
    name,
    config: z.object({}),
    http: () => ({ baseUrl, limitHeaders: [] }),
    resources: () => [
      resource({
        name: 'answers',
        incremental: {
          at: incremental({ cursor: 'ts', type: 'unix', initialValue: 0, allowExternalSchedulers: true }),
        },
        async *extract({ http, incremental: { at } }) {
          for (let n = 0; n < REQUESTS; n += 1)
            yield [{ ...(await http.get(`/${name}/${n}`)), ts: at.startValue + n }];
        },
      }),
    ],
  })();

/** Two pipelines of one account, a file each, whose workers take one load at a time. */
export function sharedRateConfig(folder: string, baseUrl: string, scope: string) {
  const { requests, perMs } = LIMIT;
  const rateLimit = { requests, per: `${perMs / 1000}s` };
  return resolveConfig({
    temporal: { taskQueue: `rate-${scope}`, worker: { maxConcurrentActivities: 1 } },
    defaults: {
      retries: 0,
      http: { rateLimit: scope === 'none' ? rateLimit : { ...rateLimit, scope } },
    },
    pipelines: ['one', 'two'].map((name) => ({
      pipeline: pipeline({
        name: `${scope}_${name}`,
        destination: duckdb({ path: path.join(folder, `${scope}-${name}.duckdb`) }),
        workDir: path.join(folder, `${scope}-${name}`),
      }),
      source: () => busy(name, baseUrl),
      schedule: { cron: '@daily', startDate: '2024-01-01', endDate: '2024-01-01', catchup: true },
    })),
  });
}
