import path from 'node:path';
import { z } from 'zod';
import { defineSource, duckdb, incremental, type Pipeline, pipeline, resource } from '../../src';
import { type DecomposeKind, defineConfig, type ScheduleConfig, type TidemarkConfig } from '../../src/config';
import type { Source } from '../../src/source';

/** What a test does while orders of a day are extracted; may throw, or make them wait. */
export interface Script {
  day: (day: string) => Promise<void> | void;
}

/** A source of two orders a day, which a data interval reaches, and of countries, which it doesn't. */
function shop(script: Script): Source {
  return defineSource({
    name: 'shop',
    config: z.object({}),
    resources: () => [
      resource({
        name: 'orders',
        primaryKey: 'id',
        writeDisposition: 'append',
        incremental: {
          at: incremental({
            cursor: 'at',
            type: 'iso',
            initialValue: '2024-01-01T00:00:00Z',
            allowExternalSchedulers: true,
          }),
        },
        async *extract({ incremental: { at } }) {
          const end = Date.parse(String(at.endValue ?? '2024-01-08T00:00:00Z'));
          for (let ms = Date.parse(String(at.startValue)); ms < end; ms += 86_400_000) {
            const day = new Date(ms).toISOString().slice(0, 10);
            await script.day(day);
            yield [
              { id: `${day}-1`, at: `${day}T06:00:00Z` },
              { id: `${day}-2`, at: `${day}T18:00:00Z` },
            ];
          }
        },
      }),
      resource({
        name: 'countries',
        writeDisposition: 'replace',
        extract: () => [{ code: 'DE' }, { code: 'FR' }],
      }),
    ],
  })();
}

/** A pipeline `shop` into a file of the folder, six complete days from 2024-01-01 on. */
export function shopConfig(
  folder: string,
  script: Script,
  options: {
    readonly decompose?: DecomposeKind;
    readonly schedule?: Partial<ScheduleConfig> | undefined;
  } = {},
): TidemarkConfig<Pipeline, Source> {
  const { decompose = 'serialize', schedule } = options;
  const days = { cron: '@daily', startDate: '2024-01-01', endDate: '2024-01-06' };
  return defineConfig({
    temporal: { taskQueue: `shop-${decompose}` },
    pipelines: [
      {
        pipeline: pipeline({
          name: 'shop',
          dataset: 'shop_data',
          destination: duckdb({ path: path.join(folder, 'shop.duckdb') }),
          workDir: path.join(folder, 'work'),
        }),
        source: () => shop(script),
        retries: 0,
        decompose,
        schedule: { ...days, catchup: true, ...schedule } as ScheduleConfig,
      },
    ],
  });
}
