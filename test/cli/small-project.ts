import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root';

/**
 * Three pipelines: `shop` by interval, daily in Berlin, with a parameter; `broken`, whose source fails where FAILS is set;
 * `users`, by hand.
 */
export const THREE_PIPELINES = `
import { defineConfig, defineSource, duckdb, incremental, pipeline, resource } from 'tidemark';
import { z } from 'zod';

const day = 86_400_000;
const orders = resource({
  name: 'orders',
  params: z.object({ perDay: z.number().default(2) }),
  incremental: {
    at: incremental({ cursor: 'at', type: 'iso', initialValue: '2024-01-01T00:00:00Z', allowExternalSchedulers: true }),
  },
  async *extract({ incremental: { at }, params }) {
    const end = at.endValue === undefined ? Date.parse('2024-01-10T00:00:00Z') : Date.parse(String(at.endValue));
    for (let ms = Date.parse(String(at.lastValue)); ms < end; ms += day / params.perDay)
      yield [{ id: ms, at: new Date(ms).toISOString(), note: 'a "quoted" text' }];
  },
});
const shop = defineSource({ name: 'shop', config: z.object({}), resources: () => [orders] });
const broken = defineSource({
  name: 'broken',
  config: z.object({}),
  resources: () => [
    resource({
      name: 'things',
      extract: () => {
        if (process.env.FAILS !== undefined) throw new Error('the API is closed');
        return [[{ id: 1 }]];
      },
    }),
  ],
});
const users = defineSource({
  name: 'users',
  config: z.object({}),
  resources: () => [resource({ name: 'users', primaryKey: 'id', extract: () => [[{ id: 1 }, { id: 2 }]] })],
});
const into = (name: string) => pipeline({ name, destination: duckdb({ path: 'small.duckdb' }), dataset: name + '_data' });

export default defineConfig({
  defaults: { retries: 0 },
  pipelines: [
    {
      pipeline: into('shop'),
      source: () => shop(),
      schedule: { cron: '@daily', timezone: 'Europe/Berlin', startDate: '2024-01-01', endDate: '2024-01-09', catchup: true },
    },
    { pipeline: into('broken'), source: () => broken() },
    { pipeline: into('users'), source: () => users() },
  ],
});
`;

/** A project in a folder of its own below `folder`, with this package in its node_modules. @returns its folder */
export function smallProject(folder: string, config: string = THREE_PIPELINES): string {
  const here = realpathSync(mkdtempSync(path.join(folder, 'project-')));
  mkdirSync(path.join(here, 'node_modules'));
  symlinkSync(ROOT, path.join(here, 'node_modules', 'tidemark'), 'dir');
  symlinkSync(path.join(ROOT, 'node_modules', 'zod'), path.join(here, 'node_modules', 'zod'), 'dir');
  writeFileSync(path.join(here, 'temporal.config.ts'), config);
  return here;
}
