// Facebook ads: the numbers of every day from 2024 on, each read again for a week after it, and the ads as they are now.
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { facebook } from 'tidemark/sources/facebook';

const destination = duckdb({ path: 'facebook.duckdb' });
const dataset = 'facebook_ads_data';

const insights = pipeline({ name: 'facebook_insights', destination, dataset });
const objects = pipeline({ name: 'facebook_objects', destination, dataset });

export default defineConfig({
  pipelines: [
    {
      pipeline: insights,
      source: () => facebook().withResources('insights'),
      // the time zone of the ad account, so that an interval is one of its days
      schedule: {
        cron: '@daily',
        timezone: 'UTC',
        startDate: '2024-01-01',
        lookback: 'P7D',
        catchup: true,
      },
    },
    {
      pipeline: objects,
      source: () => facebook().withResources('campaigns', 'ad_sets', 'ads', 'ad_creatives'),
      schedule: { cron: '@daily', timezone: 'UTC' },
    },
  ],
});
