// Twitter: every hour the pages of answers that are new since the last run, and every day the posts of that day.
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { twitter } from 'tidemark/sources/twitter';

const destination = duckdb({ path: 'twitter.duckdb' });
const dataset = 'twitter_data';

const search = pipeline({ name: 'twitter_search', destination, dataset });
const tweets = pipeline({ name: 'twitter_tweets', destination, dataset });

const source = () => twitter({ searchTerms: ['duckdb', 'temporal'] });

export default defineConfig({
  pipelines: [
    {
      pipeline: search,
      source: () => source().withResources('search_tweets'),
      mode: 'incremental',
      schedule: { cron: '@hourly', timezone: 'UTC' },
    },
    {
      pipeline: tweets,
      source: () => source().withResources('tweets'),
      schedule: { cron: '@daily', timezone: 'UTC' },
    },
  ],
});
