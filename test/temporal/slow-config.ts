import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { defineSource, duckdb, incremental, pipeline, resource } from '../../src';
import { resolveConfig } from '../../src/config';

const PAGES = 4;
const ROWS = 25;

/** Rows of a day in pages; after the second page it says so in a file, and waits for another one. */
function pausing(folder: string) {
  return defineSource({
    name: 'events',
    config: z.object({}),
    resources: () => [
      resource({
        name: 'events',
        primaryKey: 'id',
        incremental: {
          at: incremental({ cursor: 'ts', type: 'unix', initialValue: 0, allowExternalSchedulers: true }),
        },
        async *extract({ incremental: { at } }) {
          for (let page = 0; page < PAGES; page += 1) {
            if (page === 2) {
              writeFileSync(path.join(folder, 'loading'), '');
              while (!existsSync(path.join(folder, 'go-on'))) await delay(20);
            }
            yield Array.from({ length: ROWS }, (_, row) => {
              const number = page * ROWS + row;
              return {
                id: `${at.startValue}-${number}`,
                ts: at.startValue + number,
                tags: [{ name: 'a' }, { name: 'b' }],
              };
            });
          }
        },
      }),
    ],
  })();
}

/** The deployment of the test, its file in the folder. */
export function slowConfig(folder: string) {
  return resolveConfig({
    temporal: { taskQueue: 'slow' },
    pipelines: [
      {
        pipeline: pipeline({
          name: 'slow',
          dataset: 'slow_data',
          destination: duckdb({ path: path.join(folder, 'slow.duckdb') }),
          workDir: path.join(folder, 'work'),
        }),
        source: () => pausing(folder),
        retries: 0,
        schedule: { cron: '@daily', startDate: '2024-01-01', endDate: '2024-01-01', catchup: true },
      },
    ],
  });
}
