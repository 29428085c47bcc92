// Tables of a Postgres database, every hour: what changed is merged, small tables without a cursor are replaced.
// The connection is SOURCES__POSTGRES__CONNECTION__URL=postgresql://reader:…@db.example.com/shop?sslmode=verify-full
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { postgresTables } from 'tidemark/sources/database';

const shop = pipeline({ name: 'shop', destination: duckdb({ path: 'shop.duckdb' }), dataset: 'shop_data' });

export default defineConfig({
  pipelines: [
    {
      pipeline: shop,
      source: () =>
        postgresTables({
          tables: [
            { name: 'orders', cursor: 'updated_at' },
            { name: 'order_events', cursor: 'created_at', writeDisposition: 'append' },
            'countries',
          ],
        }),
      // five minutes late, for transactions that were open when the hour ended
      schedule: { cron: '@hourly', timezone: 'UTC', startDate: '2024-03-01', delay: '5m' },
    },
  ],
});
