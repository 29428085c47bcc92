// What tidemark loads: the same as the default export of a temporal.config.ts.
import { defineConfig, defineSource, duckdb, incremental, pipeline, resource } from 'tidemark';
import { z } from 'zod';

/** A shop whose orders come from nowhere: one an hour. Yours would ask an API. */
const shop = defineSource({
  name: 'shop',
  config: z.object({}),
  resources: () => [
    resource({
      name: 'orders',
      primaryKey: 'id',
      writeDisposition: 'merge',
      incremental: {
        placed: incremental({
          cursor: 'placed_at',
          type: 'unix',
          initialValue: 0,
          allowExternalSchedulers: true,
        }),
      },
      *extract({ incremental: { placed } }) {
        const end = placed.endValue ?? placed.startValue;
        for (let at = placed.startValue; at < end; at += 3600)
          yield [{ id: at / 3600, placed_at: at, total: 10 }];
      },
    }),
  ],
});

export default defineConfig({
  temporal: { taskQueue: 'shop' },
  pipelines: [
    {
      pipeline: pipeline({
        name: 'shop',
        destination: duckdb({ path: 'shop.duckdb' }),
        dataset: 'shop_data',
      }),
      source: () => shop(),
    },
  ],
});
